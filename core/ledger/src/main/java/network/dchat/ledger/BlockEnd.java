package network.dchat.ledger;

import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.Role;

/// What a block does after its transactions, because it depends on the block's own time, hash, last
/// commit or evidence. Owned by one thread.
final class BlockEnd {
    private final StateDraft draft;
    private final BlockFacts facts;

    BlockEnd(StateDraft draft, BlockFacts facts) {
        this.draft = draft;
        this.facts = facts;
    }

    /// Does all of it.
    void run() {
        facts.evidence().forEach(this::punish);
        seat();
        new Settlement(draft, facts).run();
        new Releases(draft, facts).run();
        new Issuance(draft, facts).run();
    }

    /// Burns a part of the stake of one who voted twice, and jails the key for good.
    private void punish(DuplicateVoteEvidence evidence) {
        Candidate guilty = draft.base().registry().by(EvidenceRules.accused(evidence))
                .orElseThrow();
        new Slashing(draft).slash(guilty.account());
        draft.put(draft.candidate(guilty.account()).orElseThrow().jail());
    }

    /// Gives the storage nodes that registered in the block before this one their seats.
    private void seat() {
        for (Map.Entry<PublicKey, RegisteredNode> each : draft.base().index().nodes().entrySet()) {
            if (each.getValue().getRole() == Role.STORAGE && each.getValue().getSeat().isEmpty()) {
                RegisteredNode node = draft.node(each.getKey()).orElseThrow();
                draft.put(each.getKey(),
                        node.toBuilder()
                                .setSeat(Seats.seat(PeerId.of(each.getKey()), facts.hash()).bytes())
                                .build());
            }
        }
    }
}
