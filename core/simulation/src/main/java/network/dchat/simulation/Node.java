package network.dchat.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// One node: feeds its machine and carries out the actions by the contract. What a crash ends
/// (machine, timers, calls, waiting actions) lives here; what survives is the [Disk].
final class Node<M, I> implements Endpoint<M> {
    /// 2026-01-01T00:00:00Z, when every simulation begins.
    static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /// Something in the queue: an action that waits, or the persist that it waits for.
    private sealed interface Waiting<M, I> {
        record For<M, I>(Disk.Unit unit) implements Waiting<M, I> {}

        record Turn<M, I>(Action<M, I> action) implements Waiting<M, I> {}
    }

    private final String name;
    private final int index;
    private final MachineFactory<M, I> factory;
    private final Kernel kernel;
    private final Network<M> network;
    private final SimulationSettings settings;
    private final Observer observer;
    private final Disk disk;
    private final long skewMillis;

    private final Deque<Waiting<M, I>> waiting = new ArrayDeque<>();
    private final Map<Object, Object> timers = new HashMap<>();
    private final Map<Long, CallAnswer<M, I>> calls = new HashMap<>();
    private final List<Runnable> deferred = new ArrayList<>();
    private final List<Integer> noticedLives = new ArrayList<>();
    private @Nullable Machine<M, I> machine;
    private int lives;
    private long lastCall;
    private boolean forcing;
    private boolean hung;
    private boolean stopped;
    private long actionsUntilCrash;
    private long downMillisAfterCrash;

    Node(String name, int index, MachineFactory<M, I> factory, Kernel kernel, Network<M> network,
            SimulationSettings settings, Observer observer) {
        this.name = name;
        this.index = index;
        this.factory = factory;
        this.kernel = kernel;
        this.network = network;
        this.settings = settings;
        this.observer = observer;
        this.disk = new Disk(settings.disk(), kernel.diskRandom().split());
        long skew = settings.clockSkew().toMillis();
        this.skewMillis = skew == 0 ? 0 : kernel.nodeRandom().evenly(-skew, skew);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public int life() {
        return machine == null ? 0 : lives;
    }

    Disk disk() {
        return disk;
    }

    @Nullable
    Machine<M, I> machine() {
        return machine;
    }

    /// Whether it is away, or will be because a crash is prepared.
    boolean isTroubled() {
        return machine == null || hung || actionsUntilCrash > 0;
    }

    void boot() {
        if (machine != null || stopped) {
            return;
        }
        lives++;
        kernel.fault("boots", name, lives);
        machine = factory.boot(new Boot(name, disk.contents().copy(), nowMillis(),
                kernel.nodeRandom().splitRandom().nextLong(), lives));
        network.changed();
        offer(machine.start(nowMillis()));
    }

    private void bootAfter(long delayNanos) {
        int life = lives;
        kernel.schedule(delayNanos, () -> {
            if (life == lives) {
                boot();
            }
        });
    }

    /// Boots after a time, even one that stopped by itself.
    void restart(long delayMillis) {
        stopped = false;
        bootAfter(delayMillis * NANOS_PER_MILLI);
    }

    void crash() {
        if (machine != null) {
            kernel.fault("crashes", name, null);
            disk.tear();
            forget();
        }
    }

    void wipe() {
        crash();
        kernel.fault("loses its disk", name, null);
        disk.wipe();
    }

    /// Crashes before the `count`th action from now, and comes back after a time.
    void crashBeforeAction(long count, long downMillis) {
        actionsUntilCrash = count;
        downMillisAfterCrash = downMillis;
    }

    void hang() {
        if (machine != null && !hung) {
            kernel.fault("hangs", name, null);
            hung = true;
        }
    }

    void resume() {
        if (hung) {
            kernel.fault("resumes", name, null);
            hung = false;
            List<Runnable> steps = List.copyOf(deferred);
            deferred.clear();
            steps.forEach(step -> live(0, step));
        }
    }

    /// Ends all faults, but leaves it down if it stopped by itself.
    void heal() {
        disk.heal();
        actionsUntilCrash = 0;
        resume();
        bootAfter(0);
    }

    void feed(LongFunction<I> input) {
        live(0, () -> apply("fed", input.apply(nowMillis())));
    }

    @Override
    public void arrive(Packet<M> packet) {
        if (hung) {
            deferred.add(() -> take(packet));
        } else {
            take(packet);
        }
    }

    @Override
    public void refused(long call) {
        end(call, new CallResult.Refused<>());
    }

    @Override
    public void notice(Endpoint<M> peer, int peerLife) {
        while (noticedLives.size() <= peer.index()) {
            noticedLives.add(0);
        }
        int noticed = noticedLives.get(peer.index());
        if (machine == null || noticed == peerLife) {
            return;
        }
        noticedLives.set(peer.index(), peerLife);
        live(0, () -> {
            if (noticed != 0) {
                kernel.trace("sees down", name, peer.name(), null);
                offer(running().peerDown(peer.name(), nowMillis()));
            }
            if (peerLife != 0 && machine != null) {
                kernel.trace("sees up", name, peer.name(), null);
                offer(running().peerUp(peer.name(), nowMillis()));
            }
        });
    }

    private void take(Packet<M> packet) {
        String from = packet.from().name();
        M message = packet.message();
        switch (packet.kind()) {
            case MESSAGE -> {
                kernel.trace("receives from", name, from, message);
                offer(running().receive(from, message, nowMillis()));
            }
            case REQUEST -> {
                kernel.trace("is called by", name, from, message);
                Caller caller = new Caller(from, packet.call());
                offer(running().called(caller, message, nowMillis()));
            }
            case RESPONSE -> end(packet.call(), new CallResult.Replied<>(message));
        }
    }

    private void apply(String verb, I input) {
        kernel.trace(verb, name, input);
        offer(running().apply(input));
    }

    private void end(long call, CallResult<M> result) {
        @Nullable
        CallAnswer<M, I> answer = calls.remove(call);
        if (answer != null) {
            awake(() -> apply("is answered", answer.answered(result, nowMillis())));
        }
    }

    /// Takes what the machine answered to one input.
    private void offer(List<Action<M, I>> actions) {
        int life = lives;
        for (Action<M, I> action : actions) {
            switch (action) {
                case Action.Persist<M, I>(List<Write> writes) -> {
                    if (passes(action)) {
                        waiting.add(new Waiting.For<>(disk.write(writes)));
                        force();
                    }
                }
                case Action.Unconditional<M, I>(Action<M, I> inner) -> perform(inner);
                default -> {
                    if (waiting.isEmpty()) {
                        perform(action);
                    } else {
                        waiting.add(new Waiting.Turn<>(action));
                    }
                }
            }
            if (machine == null || life != lives) {
                return;
            }
        }
    }

    /// Carries out what no longer waits.
    private void drain() {
        while (machine != null && !waiting.isEmpty()) {
            switch (waiting.getFirst()) {
                case Waiting.For<M, I>(Disk.Unit unit) -> {
                    if (!unit.isDurable()) {
                        return;
                    }
                    waiting.removeFirst();
                }
                case Waiting.Turn<M, I>(Action<M, I> action) -> {
                    waiting.removeFirst();
                    perform(action);
                }
            }
        }
    }

    /// Starts a force of all that is pending, unless one is under way.
    private void force() {
        if (forcing) {
            return;
        }
        forcing = true;
        int count = disk.unforced();
        int life = lives;
        kernel.schedule(disk.drawForceNanos(), () -> {
            if (machine != null && life == lives) {
                forced(count);
            }
        });
    }

    private void forced(int count) {
        forcing = false;
        boolean durable = disk.force(count);
        if (durable) {
            kernel.trace("forced", name, count);
        } else {
            kernel.fault("failed to force", name, count);
        }
        if (disk.unforced() > 0) {
            force();
        }
        if (durable) {
            awake(this::drain);
        } else {
            awake(this::rebuild);
        }
    }

    /// After a failed persist: drops what waits and starts over from the disk.
    private void rebuild() {
        forget();
        bootAfter(settings.disk().rebuildDelay().toNanos());
    }

    private void perform(Action<M, I> action) {
        if (!passes(action)) {
            return;
        }
        switch (action) {
            case Action.Send<M, I>(String to, M message) ->
                send(to, Packet.Kind.MESSAGE, 0, message);
            case Action.Call<M, I> call -> call(call);
            case Action.Reply<M, I>(Caller caller, M response) ->
                send(caller.node(), Packet.Kind.RESPONSE, caller.call(), response);
            case Action.SetTimer<M, I>(Object id, long delayMillis, LongFunction<I> elapsed) ->
                setTimer(id, delayMillis, elapsed);
            case Action.SetTimerAt<M, I>(Object id, long atMillis, LongFunction<I> elapsed) ->
                setTimer(id, atMillis - nowMillis(), elapsed);
            case Action.CancelTimer<M, I>(Object id) -> timers.remove(id);
            case Action.Feed<M, I>(long delayMillis, LongFunction<I> input) ->
                live(delayMillis * NANOS_PER_MILLI, () -> apply("takes", input.apply(nowMillis())));
            case Action.Read<M, I>(ReadAnswer<I> answer) ->
                live(settings.disk().readLatency().toNanos(),
                        () -> apply("reads", answer.read(disk.contents(), nowMillis())));
            case Action.Observe<M, I>(Object observation) -> {
                kernel.trace("shows", name, observation);
                observer.observe(name, observation);
            }
            case Action.Stop<M, I>(String reason) -> {
                kernel.fault("stops", name, reason);
                stopped = true;
                crash();
            }
            case Action.Unconditional<M, I>(Action<M, I> inner) -> perform(inner);
            case Action.Persist<M, I> _ ->
                throw new IllegalStateException("persist out of its turn");
        }
    }

    /// False where a prepared crash comes before this action.
    private boolean passes(Action<M, I> action) {
        if (actionsUntilCrash == 0 || --actionsUntilCrash > 0) {
            return true;
        }
        kernel.fault("crashes before", name, action);
        crash();
        bootAfter(downMillisAfterCrash * NANOS_PER_MILLI);
        return false;
    }

    private void send(String to, Packet.Kind kind, long call, M message) {
        @Nullable
        Endpoint<M> target = network.find(to);
        if (target != null) {
            network.transmit(new Packet<>(this, target, kind, call, message));
            return;
        }
        kernel.trace("sends nowhere", name, to, message);
        if (kind == Packet.Kind.REQUEST) {
            network.refuse(this, call);
        }
    }

    private void call(Action.Call<M, I> call) {
        long number = ++lastCall;
        calls.put(number, call.answer());
        send(call.to(), Packet.Kind.REQUEST, number, call.request());
        kernel.schedule(call.timeoutMillis() * NANOS_PER_MILLI,
                () -> end(number, new CallResult.TimedOut<>()));
    }

    private void setTimer(Object id, long delayMillis, LongFunction<I> elapsed) {
        Object token = new Object();
        timers.put(id, token);
        long late = settings.timerLateness().toNanos();
        long delay = Math.max(0, delayMillis) * NANOS_PER_MILLI;
        live(delay + (late == 0 ? 0 : kernel.nodeRandom().evenly(0L, late)), () -> {
            if (timers.remove(id, token)) {
                apply("elapsed", elapsed.apply(nowMillis()));
            }
        });
    }

    /// Runs a step later, if this life of the node still lasts.
    private void live(long delayNanos, Runnable step) {
        int life = lives;
        kernel.schedule(delayNanos, () -> {
            if (machine != null && life == lives) {
                awake(step);
            }
        });
    }

    private void awake(Runnable step) {
        if (hung) {
            deferred.add(step);
        } else {
            step.run();
        }
    }

    private void forget() {
        machine = null;
        waiting.clear();
        timers.clear();
        calls.clear();
        deferred.clear();
        noticedLives.clear();
        forcing = false;
        hung = false;
        actionsUntilCrash = 0;
        network.changed();
    }

    private Machine<M, I> running() {
        if (machine == null) {
            throw new IllegalStateException(name + " is down");
        }
        return machine;
    }

    private long nowMillis() {
        return EPOCH_MILLIS + skewMillis + kernel.now() / NANOS_PER_MILLI;
    }
}
