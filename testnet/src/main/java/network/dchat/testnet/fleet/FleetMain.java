package network.dchat.testnet.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The process of a testnet in the background: starts the fleet and serves its control interface
/// until
/// it is told to stop.
public final class FleetMain {
    private static final Logger LOG = LoggerFactory.getLogger(FleetMain.class);
    private static final int TOKEN_BYTES = 24;

    private FleetMain() {}

    /// Arguments: directory, validators, relays, storage nodes, users.
    public static void main(String[] arguments) throws Exception {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Path directory = Path.of(arguments[0]);
        FleetSize size = new FleetSize(Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        CountDownLatch stop = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            stop.countDown();
            join(main);
        }));
        int status = 0;
        try {
            run(directory, FleetPlan.of(size), stop);
        } catch (IOException | RuntimeException e) {
            LOG.error("event=testnet-failed", e);
            status = 1;
        }
        FleetState.remove(directory);
        Runtime.getRuntime().halt(status);
    }

    private static void run(Path directory, FleetPlan plan, CountDownLatch stop)
            throws IOException, InterruptedException {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        String text = HexFormat.of().formatHex(token);
        try (FleetControl control = new FleetControl(text, plan.nodes().size() + 2,
                stop::countDown)) {
            new FleetState(ProcessHandle.current().pid(), control.port(), text).save(directory);
            try (Fleet fleet = Fleet.start(plan, directory, Clock.systemUTC(),
                    control::startedOne)) {
                control.running(fleet);
                LOG.info("event=testnet-stands nodes={}", plan.nodes().size());
                stop.await();
                LOG.info("event=testnet-stops");
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(30_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
