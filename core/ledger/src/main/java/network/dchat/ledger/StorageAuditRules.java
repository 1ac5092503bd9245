package network.dchat.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.AuditVerdict;
import network.dchat.wire.v1.NodeDuty;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.StorageAuditResult;
import org.jspecify.annotations.Nullable;

/// What storage nodes say of each other: only a node's drawn auditors, each once an epoch. Costs
/// nothing. Owned by one thread.
final class StorageAuditRules {
    private final StateDraft draft;
    private @Nullable StorageAuditors auditors;

    StorageAuditRules(StateDraft draft) {
        this.draft = draft;
    }

    Verified<Plan> result(Transaction transaction) {
        StorageAuditResult action = transaction.body().getStorageAuditResult();
        PublicKey node = PeerId.parse(action.getNode()).orElseThrow().publicKey();
        Optional<RegisteredNode> registered = draft.node(node);
        if (registered.filter(each -> each.getRole() == Role.STORAGE).isEmpty()) {
            return Verified.rejected(RejectionCode.NOT_FOUND,
                    "node: none of this key (expected: a storage node)");
        }
        NodeDuty duty = draft.duties().of(node);
        boolean told = duty.getVerdictsList().stream()
                .anyMatch(each -> each.getAuditor().equals(transaction.signer().bytes()));
        if (told) {
            return Verified.rejected(RejectionCode.CONFLICT,
                    "result: one of this auditor already (expected: one an epoch)");
        }
        if (!auditors().of(node).contains(transaction.signer())) {
            return Verified.rejected(RejectionCode.NOT_AUTHORISED,
                    "auditor: not drawn for this node in this epoch");
        }
        List<AuditVerdict> verdicts = new ArrayList<>(duty.getVerdictsList());
        verdicts.add(AuditVerdict.newBuilder().setAuditor(transaction.signer().bytes())
                .setPassed(action.getPassed()).build());
        verdicts.sort(Comparator.comparing(AuditVerdict::getAuditor, Octets::compare));
        return Verified.accepted(new Plan(0, 0, 0, () -> draft.duties().change(node,
                changed -> changed.clearVerdicts().addAllVerdicts(verdicts))));
    }

    private StorageAuditors auditors() {
        StorageAuditors known = auditors;
        if (known == null) {
            known = StorageAuditors.of(draft.base());
            auditors = known;
        }
        return known;
    }
}
