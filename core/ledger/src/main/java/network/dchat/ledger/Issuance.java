package network.dchat.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AuditVerdict;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.EpochDuty;
import network.dchat.wire.v1.NodeDuty;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedCommits;

/// What an epoch mints, for those who did their duty in it, by their stake: half for validators, a
/// quarter for relays, a quarter for storage nodes. What nobody earned is not minted. Owned by one
/// thread.
final class Issuance {
    private final StateDraft draft;
    private final BlockFacts facts;

    Issuance(StateDraft draft, BlockFacts facts) {
        this.draft = draft;
        this.facts = facts;
    }

    /// One who did its duty.
    ///
    /// @param most units that it may get, whatever its stake
    private record Earner(WalletAddress account, long stake, long most) {}

    /// Counts who signed the block before, and mints where the epoch ends.
    void run() {
        EpochDuty duty = count(draft.base().epoch());
        if (facts.height() % draft.terms().epochBlocks() == 0) {
            long issued = Math.min(draft.terms().epochIssuance(),
                    LedgerLimits.MAXIMUM_MINTED - draft.base().supply().getMinted());
            share(issued / 2, validators(duty));
            share(issued / 4, relays());
            share(issued / 4, storageNodes());
            duty = EpochDuty.newBuilder().setEpoch(duty.getEpoch() + 1).build();
        }
        draft.setEpoch(duty);
    }

    /// The duty with the signatures of this block's last commit.
    private EpochDuty count(EpochDuty before) {
        EpochDuty.Builder duty = before.toBuilder();
        if (duty.getFirstBlockHash().isEmpty()) {
            duty.setFirstBlockHash(facts.hash().bytes());
        }
        ValidatorSet signers = draft.base().lastValidators();
        if (facts.lastCommit().getSignaturesCount() != signers.size()) {
            return duty.build();
        }
        Map<ValidatorAddress, Integer> counts = new TreeMap<>();
        for (SignedCommits each : before.getValidatorsList()) {
            counts.put(new ValidatorAddress(each.getAddress()), each.getCount());
        }
        for (int index = 0; index < signers.size(); index++) {
            BlockIdFlag flag = facts.lastCommit().getSignatures(index).getBlockIdFlag();
            if (flag == BlockIdFlag.BLOCK_ID_FLAG_COMMIT) {
                counts.merge(signers.address(index), 1, Integer::sum);
            }
        }
        duty.setCommits(before.getCommits() + 1).clearValidators();
        counts.forEach((address, count) -> duty.addValidators(
                SignedCommits.newBuilder().setAddress(address.bytes()).setCount(count)));
        return duty.build();
    }

    /// Whose signature stands in at least two thirds of the epoch's last commits.
    private List<Earner> validators(EpochDuty duty) {
        List<Earner> earners = new ArrayList<>();
        for (SignedCommits each : duty.getValidatorsList()) {
            Optional<Candidate> candidate = draft.base().registry()
                    .by(new ValidatorAddress(each.getAddress()))
                    .flatMap(found -> draft.candidate(found.account()))
                    .filter(found -> !found.jailed());
            if (candidate.isPresent() && 3L * each.getCount() >= 2L * duty.getCommits()) {
                earners.add(earner(candidate.get().owner(), Long.MAX_VALUE));
            }
        }
        return earners;
    }

    /// Who had a root settled as good. What one gets is at most half of what burnt of the fees of
    /// the positions that it was paid for, so that whoever invents them always loses.
    private List<Earner> relays() {
        List<Earner> earners = new ArrayList<>();
        for (RegisteredNode each : draft.base().nodes(Role.RELAY)) {
            PublicKey relay = new PublicKey(each.getPeerKey());
            NodeDuty duty = draft.duties().of(relay);
            if (duty.getSettledRoots() > 0) {
                earners.add(earner(relay, duty.getBurnt() / 2));
            }
        }
        return earners;
    }

    /// Whom a majority of its auditors passed, and fewer failed.
    private List<Earner> storageNodes() {
        List<Earner> earners = new ArrayList<>();
        StorageAuditors auditors = StorageAuditors.of(draft.base());
        for (RegisteredNode each : draft.base().nodes(Role.STORAGE)) {
            PublicKey node = new PublicKey(each.getPeerKey());
            NodeDuty duty = draft.duties().of(node);
            long passed = duty.getVerdictsList().stream().filter(AuditVerdict::getPassed).count();
            long failed = duty.getVerdictsCount() - passed;
            if (passed > failed && 2 * passed > auditors.count(node)) {
                earners.add(earner(node, Long.MAX_VALUE));
            }
        }
        return earners;
    }

    private Earner earner(PublicKey key, long most) {
        WalletAddress account = WalletAddress.of(key);
        return new Earner(account, draft.account(account).stake(), most);
    }

    private void share(long units, List<Earner> earners) {
        BigInteger all = BigInteger
                .valueOf(earners.stream().mapToLong(Earner::stake).reduce(0, Math::addExact));
        if (all.signum() == 0) {
            return;
        }
        for (Earner each : earners) {
            long part = BigInteger.valueOf(units).multiply(BigInteger.valueOf(each.stake()))
                    .divide(all).min(BigInteger.valueOf(each.most())).longValueExact();
            if (part > 0) {
                draft.credit(each.account(), part);
                draft.units().mint(part);
            }
        }
    }
}
