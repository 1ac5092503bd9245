package network.dchat.testnet.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import network.dchat.ledger.ProofReport;
import network.dchat.testnet.fleet.FleetSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `dchat demo`: the whole network and two messages, from key to proof.
@Command(name = "demo", description = "Starts the network, sends two messages, proves them.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration MESSAGE_LIMIT = Duration.ofMinutes(1);
    private static final int STOPPED_STORAGE = 5;
    private static final int[] WIDTHS = {16, 9, 9, 9, 9, 11, 0};

    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Override
    public Integer call() {
        Testnet testnet = options.testnet();
        start(testnet);
        List<Life> lives = new ArrayList<>();
        lives.add(send(testnet, new Life.Route("user1", "user2", "Hello dchat!")));
        lives.add(send(testnet, new Life.Route("user1", "user3", "Hello across relays!")));
        Path genesis = Path.of(String.valueOf(testnet.fleet().get("genesis")));
        boolean hold = true;
        for (Life life : lives) {
            ProofReport report = VerifyCommand.verify(life.proof(), genesis);
            hold &= report.isValid();
            Console.result("proof " + life.from() + " → " + life.to() + ": " + report.steps().size()
                    + " steps checked offline, "
                    + (report.isValid() ? "it holds" : "it does NOT hold"));
        }
        int messages = readWithFiveStopped(testnet);
        Console.result("");
        summary(testnet, lives, genesis, messages);
        return hold ? ExitCode.OK.number() : ExitCode.FAILED.number();
    }

    private static void start(Testnet testnet) {
        if (testnet.isRunning()) {
            Console.result("a testnet runs already on " + testnet.directory());
            return;
        }
        Instant began = Instant.now();
        Console.message("starting 4 validators, 7 relays, 15 storage nodes, discovery, gateway and"
                + " 3 users in one JVM ...");
        testnet.start(FleetSize.standard(), true, START_LIMIT);
        Console.result(String.format("all nodes healthy after %.1f s",
                Duration.between(began, Instant.now()).toMillis() / 1000.0));
    }

    private static Life send(Testnet testnet, Life.Route route) {
        Console.result("");
        Console.result(route.from() + " → " + route.to() + ": " + route.text());
        return Life.follow(testnet, route, MESSAGE_LIMIT, line -> Console.result("  " + line));
    }

    private static int readWithFiveStopped(Testnet testnet) {
        Console.result("");
        Console.message("stopping five of fifteen storage nodes ...");
        for (int i = 1; i <= STOPPED_STORAGE; i++) {
            testnet.act("storage" + i, "crash");
        }
        try {
            Instant began = Instant.now();
            Map<String, Object> history = testnet.user("user1").history();
            List<?> messages = (List<?>) history.getOrDefault("messages", List.of());
            Console.result(
                    String.format("history read back from the other ten: %d messages in %d ms",
                            messages.size(), Duration.between(began, Instant.now()).toMillis()));
            return messages.size();
        } finally {
            for (int i = 1; i <= STOPPED_STORAGE; i++) {
                testnet.act("storage" + i, "start");
            }
            Console.message("the five storage nodes run again");
        }
    }

    private static void summary(Testnet testnet, List<Life> lives, Path genesis, int messages) {
        Console.result(Console.row(WIDTHS, "MESSAGE", "sent", "stored", "final", "deliv.", "shards",
                "position"));
        for (Life life : lives) {
            Console.result(Console.row(WIDTHS, life.from() + " → " + life.to(), life.took("sent"),
                    life.took("stored"), life.took("final"), life.took("delivered"),
                    Life.shards(life.message()), life.message().get("position")));
        }
        Console.result("");
        Console.result("The network runs on, with " + messages + " messages in user1's history.");
        Console.result("  ./dchat testnet status");
        Console.result("  ./dchat testnet send --from user2 --to user1 \"Hello back!\" --json");
        Console.result("  ./dchat verify " + lives.getFirst().proof() + " --genesis " + genesis);
        Console.result("  ./dchat testnet logs relay1");
        Console.result("  ./dchat testnet stop");
        if (!testnet.notReady().isEmpty()) {
            Console.message("still coming up: " + testnet.notReady());
        }
    }
}
