package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;

/// Evidence of equivocation that waits for a block: at most one piece a validator, so that a block
/// punishes each once and memory is bounded by the number of validators.
///
/// Two votes that contradict each other are a *suspicion* until their height is decided: only then
/// the time that evidence must name is known. Evidence from peers is verified against the state;
/// each peer may have only so much verified between two [#refill]s.
final class EvidencePool {
    /// Pieces of one peer that are verified between two refills.
    static final int QUOTA = 64;
    private static final int MAXIMUM_PEERS = 4_096;

    /// Two votes of one validator that contradict each other.
    ///
    /// @param set who votes at their height
    record Suspicion(long height, CountedVote first, CountedVote second, ValidatorSet set) {
        ByteString accused() {
            return first.wire().getValidatorAddress();
        }
    }

    private final int maximum;
    private final Map<ByteString, Suspicion> suspicions = new LinkedHashMap<>();
    private final Map<ByteString, DuplicateVoteEvidence> pending = new LinkedHashMap<>();
    private final LinkedHashSet<ByteString> punished = new LinkedHashSet<>();
    private final Map<PeerId, Integer> used = new HashMap<>();

    /// @param maximum pieces that wait; 0 for none
    EvidencePool(int maximum) {
        this.maximum = maximum;
    }

    /// Takes two votes that were verified here and contradict each other.
    void suspect(Suspicion suspicion) {
        if (isNews(suspicion.accused()) && suspicions.size() < maximum) {
            suspicions.putIfAbsent(suspicion.accused(), suspicion);
        }
    }

    /// A height was decided, or the validator begins: suspicions of past heights become evidence.
    /// What can no longer stand in a block is dropped, above all what the last block held.
    ///
    /// @return what became evidence now
    List<DuplicateVoteEvidence> ripen(ChainState state) {
        List<Map.Entry<ByteString, DuplicateVoteEvidence>> over = pending.entrySet().stream()
                .filter(each -> state.evidenceFault(each.getValue()).isPresent()).toList();
        over.forEach(each -> pending.remove(each.getKey()));
        List<DuplicateVoteEvidence> ripe = new ArrayList<>();
        List<Suspicion> past = suspicions.values().stream()
                .filter(each -> each.height() <= state.height()).toList();
        for (Suspicion each : past) {
            suspicions.remove(each.accused());
            state.blockTimeAt(each.height()).map(
                    time -> Evidences.duplicateVote(each.first(), each.second(), each.set(), time))
                    .filter(evidence -> add(evidence, state).isEmpty()).ifPresent(ripe::add);
        }
        return ripe;
    }

    /// The block that was decided punishes these; [#ripen] drops what waits against them.
    void committed(List<Evidence> list) {
        for (Evidence each : list) {
            ByteString accused = accused(each.getDuplicateVoteEvidence());
            suspicions.remove(accused);
            punished.add(accused);
            if (punished.size() > Math.max(maximum, 1)) {
                punished.removeFirst();
            }
        }
    }

    /// Takes evidence from a peer: why it is refused, empty when it waits now or says nothing new.
    Optional<RefusalReason> take(PeerId peer, Evidence evidence, ChainState state) {
        if (!evidence.hasDuplicateVoteEvidence()) {
            return Optional.of(RefusalReason.BAD_EVIDENCE);
        }
        DuplicateVoteEvidence votes = evidence.getDuplicateVoteEvidence();
        if (!isNews(accused(votes))) {
            return Optional.empty();
        }
        if (votes.getVoteA().getHeight() > state.height()) {
            return Optional.of(RefusalReason.FAR_HEIGHT);
        }
        int count = used.getOrDefault(peer, 0);
        if (count >= QUOTA || (count == 0 && used.size() >= MAXIMUM_PEERS)) {
            return Optional.of(RefusalReason.OVER_QUOTA);
        }
        used.put(peer, count + 1);
        return add(votes, state).map(_ -> RefusalReason.BAD_EVIDENCE);
    }

    /// Takes evidence of the own log; what is wrong by now is passed over.
    void restore(DuplicateVoteEvidence evidence, ChainState state) {
        if (isNews(accused(evidence))) {
            add(evidence, state);
        }
    }

    /// Gives all peers their quota again.
    void refill() {
        used.clear();
    }

    /// What waits, the oldest first.
    List<DuplicateVoteEvidence> pending() {
        return List.copyOf(pending.values());
    }

    /// Everything held, for the size of memory.
    int size() {
        return Math.max(Math.max(pending.size(), suspicions.size()),
                Math.max(punished.size(), used.size() > MAXIMUM_PEERS ? Integer.MAX_VALUE : 0));
    }

    private boolean isNews(ByteString accused) {
        return !pending.containsKey(accused) && !punished.contains(accused);
    }

    private Optional<String> add(DuplicateVoteEvidence evidence, ChainState state) {
        if (pending.size() >= maximum) {
            return Optional.of("evidence: no room for more");
        }
        Optional<DuplicateVoteEvidence> clean = clean(evidence);
        if (clean.isEmpty()) {
            return Optional.of("evidence: of votes that are none here");
        }
        Optional<String> fault = state.evidenceFault(clean.get());
        if (fault.isEmpty()) {
            pending.put(accused(evidence), clean.get());
        }
        return fault;
    }

    /// The evidence without anything that its hash does not cover; empty when a vote is none.
    private static Optional<DuplicateVoteEvidence> clean(DuplicateVoteEvidence evidence) {
        Optional<CountedVote> first = WireForm.vote(evidence.getVoteA());
        Optional<CountedVote> second = WireForm.vote(evidence.getVoteB());
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(DuplicateVoteEvidence.newBuilder().setVoteA(first.get().wire())
                .setVoteB(second.get().wire()).setTotalVotingPower(evidence.getTotalVotingPower())
                .setValidatorPower(evidence.getValidatorPower())
                .setTimestamp(WireForm.clean(evidence.getTimestamp())).build());
    }

    private static ByteString accused(DuplicateVoteEvidence evidence) {
        return evidence.getVoteA().getValidatorAddress();
    }
}
