package network.dchat.consensus;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.CallResult;
import network.dchat.simulation.Caller;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Octets;
import network.dchat.simulation.Write;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.SignGuardRecord;
import network.dchat.wire.v1.WalRecord;

/// A validator in the simulator: the real core, with a simulated log, guard and block file.
final class ValidatorMachine implements Machine<Traffic, Input> {
    static final String WAL = "wal";
    static final String BLOCKS = "blocks";
    static final String GUARD = "guard";

    /// Tells the test which blocks were found on the disk: they are final, though nobody heard so.
    record Recovered(List<CommittedBlock> blocks) {}

    private static final int REPLAY_EVERY = 16;
    private static final int CALL_MILLIS = 1_000;

    private final TestChain chain;
    private final int index;
    private final SigningKey key;
    private final Consensus consensus;
    private final List<CommittedBlock> blocks = new ArrayList<>();
    private final boolean first;
    private final Memory memory;
    private final HeightParts parts;
    private final ConsensusSettings settings;
    private final List<WalRecord> logged;
    private SignGuard guard;
    private int inputs;

    /// What a validator keeps on its disk.
    enum Memory {
        /// All that it must.
        WHOLE,
        /// Blocks only, as if log and guard were never forced.
        BLOCKS_ONLY
    }

    ValidatorMachine(TestChain chain, int index, HeightParts parts, Memory memory, Boot boot) {
        this.memory = memory;
        this.chain = chain;
        this.index = index;
        this.key = chain.consensusKey(index);
        Chain tip = chain.begin();
        for (Octets record : boot.disk().log(BLOCKS)) {
            CommittedBlock block = parse(CommittedBlock.parser(), record);
            blocks.add(block);
            tip = tip.after(block);
        }
        Optional<Octets> stored = boot.disk().file(GUARD);
        this.first = stored.isEmpty();
        this.guard = stored.map(record -> new SignGuard(parse(SignGuardRecord.parser(), record)))
                .orElse(SignGuard.fresh(tip.chainId(), key.publicKey()));
        List<WalRecord> log = boot.disk().log(WAL).stream()
                .map(record -> parse(WalRecord.parser(), record)).toList();
        this.parts = parts;
        this.logged = new ArrayList<>(log);
        this.settings = new ConsensusSettings(Optional.of(key.publicKey()), parts.timeouts(),
                parts.limits());
        this.consensus = Consensus.recover(settings, parts, tip, guard, log);
    }

    Consensus consensus() {
        return consensus;
    }

    SigningKey key() {
        return key;
    }

    @Override
    public List<Action<Traffic, Input>> start(long nowMillis) {
        List<Action<Traffic, Input>> actions = new ArrayList<>();
        if (first) {
            actions.add(Action.replace(GUARD, guard.last().toByteArray()));
        }
        actions.add(Action.observe(new Recovered(List.copyOf(blocks))));
        List<Effect> effects = consensus.apply(new Input.Started(nowMillis));
        effects.forEach(effect -> {
            if (effect instanceof Effect.Broadcast || effect instanceof Effect.SendTo) {
                throw new AssertionError("replay speaks: " + effect);
            }
            carryOut(effect, actions);
        });
        return actions;
    }

    @Override
    public List<Action<Traffic, Input>> receive(String from, Traffic message, long nowMillis) {
        PeerId peer = peer(from);
        return switch (message) {
            case Traffic.Frame(var messages) ->
                apply(new Input.Received(peer, messages, nowMillis));
            case Traffic.Shared(var encoded) -> {
                List<Transaction> verified = Transactions.verifyAll(chain.network(), encoded)
                        .stream().flatMap(each -> each.toOptional().stream()).toList();
                yield apply(new Input.Shared(peer, verified, nowMillis));
            }
            case Traffic.Ask _,Traffic.Blocks _ -> List.of();
        };
    }

    @Override
    public List<Action<Traffic, Input>> called(Caller caller, Traffic request, long nowMillis) {
        if (!(request instanceof Traffic.Ask(long from, long to))) {
            return List.of();
        }
        List<CommittedBlock> found = blocks.stream()
                .filter(block -> block.getBlock().getHeader().getHeight() >= from
                        && block.getBlock().getHeader().getHeight() <= to)
                .toList();
        return List.of(Action.reply(caller, new Traffic.Blocks(found)));
    }

    @Override
    public List<Action<Traffic, Input>> apply(Input input) {
        List<Action<Traffic, Input>> actions = new ArrayList<>();
        consensus.apply(input).forEach(effect -> carryOut(effect, actions));
        if (++inputs % REPLAY_EVERY == 0 && consensus.isLogged()) {
            requireReplay();
        }
        return actions;
    }

    /// The log, replayed, leads to the live state.
    private void requireReplay() {
        Consensus replayed = Consensus.recover(settings, parts, consensus.chain(), guard, logged);
        String live = describe(consensus.driver());
        String again = describe(replayed.driver());
        if (!live.equals(again)) {
            throw new AssertionError("replay: " + again + " (expected: " + live + ")");
        }
    }

    private static String describe(HeightDriver driver) {
        RoundMachine<BlockId> machine = driver.machine();
        return driver.height() + "/" + machine.round() + "/" + machine.step() + " locked "
                + machine.lockedRound() + machine.lockedValue().hashCode() + " valid "
                + machine.validRound() + machine.validValue().hashCode() + " decided "
                + driver.verdict().hashCode();
    }

    private void carryOut(Effect effect, List<Action<Traffic, Input>> actions) {
        switch (effect) {
            case Effect.PersistWal(var records) -> {
                logged.addAll(records);
                if (memory == Memory.WHOLE) {
                    actions.add(Action.persist(records.stream()
                            .map(record -> Write.append(WAL, record.toByteArray())).toList()));
                }
            }
            case Effect.Sign(long id, var request) -> sign(id, request, actions);
            case Effect.Broadcast(var messages) -> toAll(messages).forEach(actions::add);
            case Effect.SendTo(var peer, var messages) -> actions.add(
                    Action.unconditional(Action.send(name(peer), new Traffic.Frame(messages))));
            case Effect.Announce(var have) ->
                toAll(List.of(ConsensusMessage.newBuilder().setHave(have).build()))
                        .forEach(send -> actions.add(Action.unconditional(send)));
            case Effect.ShareTransactions(var transactions) ->
                others().forEach(other -> actions.add(Action
                        .unconditional(Action.send(other, new Traffic.Shared(transactions)))));
            case Effect.SetTimer(var timer, long delay) -> actions.add(Action.unconditional(
                    Action.setTimer(timer, delay, now -> new Input.TimerElapsed(timer, now))));
            case Effect.StoreBlock(var block) -> {
                actions.add(Action.append(BLOCKS, block.toByteArray()));
                actions.add(Action.feed(
                        now -> new Input.Stored(block.getBlock().getHeader().getHeight(), now)));
            }
            case Effect.Decided(var decision) -> {
                blocks.add(decision.block());
                logged.clear();
                actions.add(Action.observe(effect));
            }
            case Effect.RequestBlocks(long id, var peer, long from, long to, _) ->
                actions.add(Action.unconditional(Action.call(name(peer), new Traffic.Ask(from, to),
                        CALL_MILLIS,
                        (result, now) -> new Input.BlocksFetched(id, blocks(result), now))));
            default -> actions.add(Action.unconditional(Action.observe(effect)));
        }
    }

    private void sign(long id, SignGuard.SignRequest request,
            List<Action<Traffic, Input>> actions) {
        switch (guard.check(request)) {
            case SignGuard.Verdict.Fresh() -> {
                Signature signature = key.sign(request.signBytes());
                guard = guard.signed(request, signature);
                if (memory == Memory.WHOLE) {
                    actions.add(Action.replace(GUARD, guard.last().toByteArray()));
                }
                actions.add(Action.feed(now -> new Input.Signed(id, signature, now)));
            }
            case SignGuard.Verdict.Repeated(var signature) ->
                actions.add(Action.feed(now -> new Input.Signed(id, signature, now)));
            case SignGuard.Verdict.Refused(var reason) ->
                actions.add(Action.feed(now -> new Input.SignRefused(id, reason, now)));
        }
    }

    private List<Action<Traffic, Input>> toAll(List<ConsensusMessage> messages) {
        return others().stream().<Action<Traffic, Input>>map(
                other -> Action.send(other, new Traffic.Frame(messages))).toList();
    }

    private List<String> others() {
        return chain.names().stream().filter(name -> !name.equals("v" + index)).toList();
    }

    private PeerId peer(String name) {
        return chain.peer(Integer.parseInt(name.substring(1)));
    }

    private String name(PeerId peer) {
        return chain.names().stream().filter(name -> peer(name).equals(peer)).findFirst()
                .orElseThrow();
    }

    private static List<CommittedBlock> blocks(CallResult<Traffic> result) {
        return result instanceof CallResult.Replied<Traffic>(Traffic.Blocks(var blocks))
                ? blocks
                : List.of();
    }

    static <T> T parse(Parser<T> parser, Octets record) {
        try {
            return parser.parseFrom(record.toByteArray());
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("record: does not decode", broken);
        }
    }
}
