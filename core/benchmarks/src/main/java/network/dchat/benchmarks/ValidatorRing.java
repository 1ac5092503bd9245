package network.dchat.benchmarks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import network.dchat.consensus.Chain;
import network.dchat.consensus.Consensus;
import network.dchat.consensus.ConsensusLimits;
import network.dchat.consensus.ConsensusSettings;
import network.dchat.consensus.Effect;
import network.dchat.consensus.Input;
import network.dchat.consensus.SignGuard;
import network.dchat.consensus.Timeouts;
import network.dchat.consensus.TimerId;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Genesis;

/// Validators whose messages arrive at once and in order, whose disks take no time, and whose
/// clock jumps from timer to timer: what is left is the work of the machines.
final class ValidatorRing {
    private static final int ORDERS = 100;
    private static final int MOST_EVENTS = 1_000_000;

    private final List<Validator> validators = new ArrayList<>();
    private final Deque<Event> ready = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.comparingLong(Timer::atMillis).thenComparingLong(Timer::number));
    private final NetworkId network;
    private long now = Fixtures.NOW;
    private long timersSet;

    private record Event(Validator to, Input input) {}

    private record Timer(long atMillis, long number, Validator of, TimerId id) {}

    /// One validator and what its node keeps for it.
    private static final class Validator {
        private final PeerId peer;
        private final SigningKey key;
        private final Consensus consensus;
        private SignGuard guard;
        private long height;

        Validator(int index, Chain chain) {
            peer = PeerId.of(SmallChain.peerKey(index).publicKey());
            key = SmallChain.consensusKey(index);
            guard = SignGuard.fresh(chain.chainId(), key.publicKey());
            consensus = Consensus.recover(new ConsensusSettings(Optional.of(key.publicKey()),
                    Timeouts.local(), ConsensusLimits.defaults()), chain, guard, List.of());
        }
    }

    ValidatorRing(int count) {
        Genesis genesis = SmallChain.genesis(count);
        Chain chain = Chain.begin(genesis);
        network = chain.network();
        for (int index = 0; index < count; index++) {
            validators.add(new Validator(index, chain));
        }
    }

    /// Runs until all have decided this many heights, each with a batch of 100 commitments.
    ///
    /// @return the sum of all heights
    long decide(int heights) {
        validators.forEach(validator -> ready.add(new Event(validator, new Input.Started(now))));
        long submitted = 0;
        for (int events = 0; least() < heights; events++) {
            if (events > MOST_EVENTS) {
                throw new IllegalStateException("height: " + least() + " after " + events
                        + " events (expected: " + heights + ")");
            }
            if (submitted <= least()) {
                submit(++submitted);
            }
            step();
        }
        return validators.stream().mapToLong(validator -> validator.height).sum();
    }

    private long least() {
        return validators.stream().mapToLong(validator -> validator.height).min().orElseThrow();
    }

    private void submit(long number) {
        Transaction batch = SmallChain.orders(network, number, ORDERS);
        ready.add(
                new Event(validators.getFirst(), new Input.Submitted(number, List.of(batch), now)));
    }

    private void step() {
        Event event = ready.poll();
        if (event == null) {
            Timer timer = timers.remove();
            now = Math.max(now, timer.atMillis());
            event = new Event(timer.of(), new Input.TimerElapsed(timer.id(), now));
        }
        Validator validator = event.to();
        validator.consensus.apply(event.input()).forEach(effect -> carryOut(validator, effect));
    }

    private void carryOut(Validator self, Effect effect) {
        switch (effect) {
            case Effect.Sign(long id, var request) -> {
                Signature signature = self.key.sign(request.signBytes());
                self.guard = self.guard.signed(request, signature);
                ready.add(new Event(self, new Input.Signed(id, signature, now)));
            }
            case Effect.Broadcast(var messages) -> toOthers(self, messages);
            case Effect.Announce(var have) ->
                toOthers(self, List.of(ConsensusMessage.newBuilder().setHave(have).build()));
            case Effect.SendTo(var peer, var messages) ->
                validators.stream().filter(other -> other.peer.equals(peer)).forEach(other -> ready
                        .add(new Event(other, new Input.Received(self.peer, messages, now))));
            case Effect.ShareTransactions(var encoded) -> {
                List<Transaction> verified = Transactions.verifyAll(network, encoded).stream()
                        .flatMap(each -> each.toOptional().stream()).toList();
                others(self).forEach(other -> ready
                        .add(new Event(other, new Input.Shared(self.peer, verified, now))));
            }
            case Effect.SetTimer(var timer, long delay) -> {
                timers.removeIf(set -> set.of() == self && set.id().equals(timer));
                timers.add(new Timer(now + delay, timersSet++, self, timer));
            }
            case Effect.StoreBlock(var block) -> ready.add(new Event(self,
                    new Input.Stored(block.getBlock().getHeader().getHeight(), now)));
            case Effect.Decided(var decision) -> self.height = decision.chain().height();
            case Effect.RequestBlocks(long id, _, _, _, _) ->
                ready.add(new Event(self, new Input.BlocksFetched(id, List.of(), now)));
            case Effect.PersistWal _,Effect.Answered _,Effect.RoundEntered _ -> {
            }
            case Effect.Refused _,Effect.Equivocation _,Effect.RoundsRecorded _,Effect.Muted _ -> {
            }
        }
    }

    private void toOthers(Validator self, List<ConsensusMessage> messages) {
        others(self).forEach(
                other -> ready.add(new Event(other, new Input.Received(self.peer, messages, now))));
    }

    private List<Validator> others(Validator self) {
        return validators.stream().filter(other -> other != self).toList();
    }
}
