package network.dchat.relay;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.mailbox.Change;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.TransferId;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what the mailbox machine asks for.
final class RelayEffects implements EffectRunner<Effect> {
    private static final Logger LOG = LoggerFactory.getLogger(RelayEffects.class);

    private final Ports ports;
    private final RelayFrames frames;
    private final RelayInbox inbox;
    private final RelayTimers timers;
    private final ExecutorService executor;
    private final Map<network.dchat.mailbox.Counter, Counter> counters = new EnumMap<>(
            network.dchat.mailbox.Counter.class);

    /// Where effects lead to.
    record Ports(MailboxStore store, UserStreams users, RelayStreams relays, ChainDesk chain,
            RecordDesk records) {}

    RelayEffects(Ports ports, RelayFrames frames, RelayInbox inbox, RelayTimers timers,
            ExecutorService executor, MeterRegistry meters) {
        this.ports = ports;
        this.frames = frames;
        this.inbox = inbox;
        this.timers = timers;
        this.executor = executor;
        for (network.dchat.mailbox.Counter counter : network.dchat.mailbox.Counter.values()) {
            counters.put(counter, meters.counter("dchat.relay.events", "event",
                    counter.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
    }

    @Override
    public EffectOrder order(Effect effect) {
        if (effect instanceof Effect.Persist) {
            return EffectOrder.PERSIST;
        }
        return effect instanceof Effect.Unconditional
                ? EffectOrder.UNCONDITIONAL
                : EffectOrder.ORDERED;
    }

    @Override
    public void persist(List<Effect> effects) throws IOException {
        List<Change> changes = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist(List<Change> some)) {
                changes.addAll(some);
            }
        }
        ports.store.persist(changes);
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.Persist _ -> throw new IllegalStateException(
                    "persist: run as another effect (expected: made durable)");
            case Effect.SetTimer(var timer, long atMillis) -> timers.set(timer, atMillis);
            case Effect.Welcome(long attachment, List<ByteString> tokens, long waiting) ->
                ports.users.send(attachment, () -> RelayFrames.welcome(tokens, waiting));
            case Effect.GiveTokens(long attachment, List<ByteString> tokens) ->
                ports.users.send(attachment, () -> RelayFrames.tokens(tokens));
            case Effect.CloseAttachment(long attachment, Rejection reason) ->
                ports.users.close(attachment, reason);
            case Effect.AnswerSubmissions(long attachment, var results) ->
                ports.users.send(attachment, () -> RelayFrames.results(results));
            case Effect.AnswerDeliveries(long attachment, var results) ->
                ports.users.send(attachment, () -> RelayFrames.deliveryResults(results));
            case Effect.PushMail(long attachment, var items) ->
                ports.users.send(attachment, () -> RelayFrames.mail(items));
            case Effect.PushEvents(long attachment, var items) ->
                ports.users.send(attachment, () -> RelayFrames.keptEvents(items));
            case Effect.Tell(long attachment, var events) -> RelayFrames.parts(events)
                    .forEach(part -> ports.users.send(attachment, () -> RelayFrames.events(part)));
            case Effect.SendEnvelopes(PeerId relay, var envelopes) ->
                ports.relays.send(relay, () -> frames.envelopes(envelopes));
            case Effect.AnswerEnvelopes(PeerId relay, var answers) -> RelayFrames.parts(answers)
                    .forEach(part -> ports.relays.answer(relay, () -> frames.answers(part)));
            case Effect.SendReceipts(PeerId relay, List<ReturnedReceipt> receipts) ->
                ports.relays.send(relay, () -> RelayFrames.receipts(receipts));
            case Effect.AcknowledgeReturns(PeerId relay, List<TransferId> transfers) ->
                RelayFrames.parts(transfers).forEach(
                        part -> ports.relays.answer(relay, () -> RelayFrames.returnAcks(part)));
            case Effect.Count(var counter, int times) -> count(counter, times);
            case Effect.PublishUserRecord(SignedBytes record) ->
                execute(() -> ports.records.publish(record, inbox.now()));
            case Effect.SubmitTransactions(List<Effect.Transaction> transactions) ->
                submit(transactions);
            case Effect.LookUpUserRecord(long lookup, WalletAddress address) -> ask(
                    () -> new Input.UserRecordFound(lookup, ports.records.lookUp(address),
                            inbox.now()),
                    _ -> new Input.UserRecordFound(lookup, Optional.empty(), inbox.now()));
            case Effect.LoadFeed load ->
                ask(() -> new Input.FeedLoaded(load.load(), ports.store.load(load), inbox.now()),
                        reason -> new Input.LoadFailed(load.load(), reason, inbox.now()));
            case Effect.LoadEnvelopes load -> ask(
                    () -> new Input.EnvelopesLoaded(load.load(), ports.store.load(load),
                            inbox.now()),
                    reason -> new Input.LoadFailed(load.load(), reason, inbox.now()));
            case Effect.FindFinality(long lookup, var commitments) -> ask(
                    () -> new Input.FinalityFound(lookup, ports.chain.positions(commitments),
                            inbox.now()),
                    _ -> new Input.FinalityFound(lookup, List.of(), inbox.now()));
            case Effect.FindAccount() ->
                ask(this::account, reason -> new Input.AccountUnknown(reason, inbox.now()));
        }
    }

    private Input account() throws IOException {
        ChainDesk.Standing standing = ports.chain.account();
        return new Input.AccountKnown(standing.highestSequence(), standing.affordable(),
                inbox.now());
    }

    /// A question to the world.
    @FunctionalInterface
    private interface Question {
        Input ask() throws IOException;
    }

    /// Asks off the machine's thread; it is answered exactly once, by the answer or by a failure.
    private void ask(Question question, Function<String, Input> failure) {
        int life = inbox.life();
        execute(() -> {
            Input answer;
            try {
                answer = question.ask();
            } catch (IOException | RuntimeException failed) {
                LOG.info("event=question-failed reason=\"{}\"", failed.toString());
                answer = failure.apply(String.valueOf(failed.getMessage()));
            }
            inbox.answer(answer, life);
        });
    }

    private void submit(List<Effect.Transaction> transactions) {
        int life = inbox.life();
        execute(() -> ports.chain.submit(transactions)
                .forEach(answer -> inbox.answer(answer, life)));
    }

    private void count(network.dchat.mailbox.Counter counter, int times) {
        Counter meter = counters.get(counter);
        if (meter != null) {
            meter.increment(times);
        }
    }

    private void execute(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=work-dropped reason=\"the node stops\"");
        }
    }
}
