package network.dchat.testnet.validators;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import network.dchat.starter.node.HostAndPort;
import network.dchat.testnet.fleet.EmbeddedDatabase;

/// Validators that are processes of their own, started as an operator does, with `dchat node`.
/// They share a PostgreSQL, which this JVM runs, so that killing one leaves nothing behind.
public final class ValidatorProcesses implements Validators {
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Ground ground;
    private final Launch launch;
    private final EmbeddedDatabase database;
    private final List<Integer> grpcPorts = new ArrayList<>();
    private final List<Integer> httpPorts = new ArrayList<>();
    private final Map<Integer, Process> running = new TreeMap<>();

    private ValidatorProcesses(Ground ground, int count, Launch launch, EmbeddedDatabase database)
            throws IOException {
        this.ground = ground;
        this.launch = launch;
        this.database = database;
        List<Integer> free = freePorts(2 * count);
        grpcPorts.addAll(free.subList(0, count));
        httpPorts.addAll(free.subList(count, free.size()));
    }

    /// How the processes are launched.
    ///
    /// @param jvmOptions options of each JVM
    /// @param own more of both for one validator, by its index: it may keep its data elsewhere, or
    ///     hear others under other addresses
    public record Launch(List<String> jvmOptions, Own own) {
        public Launch {
            jvmOptions = List.copyOf(jvmOptions);
        }

        /// All alike.
        public static Launch plain(List<String> jvmOptions) {
            return new Launch(jvmOptions, _ -> Extra.NONE);
        }
    }

    /// What one validator gets beside what all get.
    @FunctionalInterface
    public interface Own {
        /// For a validator that is about to start.
        Extra of(int index);
    }

    /// Beside what all get.
    ///
    /// @param jvmOptions options of its JVM
    /// @param arguments arguments of `dchat node`; the last of two that are alike counts
    public record Extra(List<String> jvmOptions, List<String> arguments) {
        /// Nothing.
        public static final Extra NONE = new Extra(List.of(), List.of());

        public Extra {
            jvmOptions = List.copyOf(jvmOptions);
            arguments = List.copyOf(arguments);
        }
    }

    /// Reserves ports and starts PostgreSQL; no validator yet.
    public static ValidatorProcesses prepare(Ground ground, int count, Launch launch)
            throws IOException {
        EmbeddedDatabase database = EmbeddedDatabase
                .start(ground.directory().resolve("postgresql"));
        try {
            return new ValidatorProcesses(ground, count, launch, database);
        } catch (IOException | RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /// Starts all that do not run.
    public void startAll() throws IOException {
        for (int index = 0; index < count(); index++) {
            if (!runs(index)) {
                start(index);
            }
        }
    }

    /// Starts a validator; returns at once. Its messages are appended to [#log].
    public void start(int index) throws IOException {
        if (runs(index)) {
            throw new IllegalStateException(Ground.name(index) + " runs already");
        }
        Extra extra = launch.own().of(index);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-Dlogback.configurationFile=testnet-logback.xml"));
        command.addAll(launch.jvmOptions());
        command.addAll(extra.jvmOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                "network.dchat.testnet.Dchat"));
        command.addAll(arguments(index, extra));
        running.put(index, new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(index).toFile())).start());
    }

    private List<String> arguments(int index, Extra extra) {
        Map<String, Object> settings = new HashMap<>(database.settings(Ground.name(index)));
        List<String> arguments = new ArrayList<>(List.of("node", "--role", "validator", "--name",
                Ground.name(index), "--genesis", ground.genesis().toString(), "--listen",
                grpc(index).toString(), "--http", "127.0.0.1:" + http(index), "--database",
                settings.remove("spring.datasource.url") + "&user=" + Ground.name(index)));
        if (!extra.arguments().contains("--data")) {
            arguments.addAll(List.of("--data", ground.data(index).toString()));
        }
        if (!extra.arguments().contains("--bootstrap-nodes")) {
            arguments.addAll(
                    List.of("--bootstrap-nodes", grpc(index == 0 ? count() - 1 : 0).toString()));
        }
        arguments.addAll(extra.arguments());
        return arguments;
    }

    /// What a validator said, over all its starts.
    public Path log(int index) {
        return ground.directory().resolve(Ground.name(index) + ".log");
    }

    /// The process of a validator, running or not.
    public Process process(int index) {
        return Objects.requireNonNull(running.get(index), () -> Ground.name(index) + " never ran");
    }

    /// Ends a validator as a power failure would its process; returns when it is gone.
    public void kill(int index) throws IOException {
        Process process = process(index).destroyForcibly();
        await(index, process);
    }

    /// Sends a signal, such as `STOP` or `CONT`.
    public void signal(int index, String signal) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + signal,
                String.valueOf(process(index).pid())).start();
        await(index, kill);
        if (kill.exitValue() != 0) {
            throw new IOException(Ground.name(index) + ": signal " + signal + " was not taken");
        }
    }

    @Override
    public int count() {
        return grpcPorts.size();
    }

    @Override
    public HostAndPort grpc(int index) {
        return new HostAndPort("127.0.0.1", grpcPorts.get(index));
    }

    @Override
    public int http(int index) {
        return httpPorts.get(index);
    }

    @Override
    public boolean runs(int index) {
        Process process = running.get(index);
        return process != null && process.isAlive();
    }

    @Override
    public List<ProcessHandle> processes() {
        return running.values().stream().filter(Process::isAlive).map(Process::toHandle).toList();
    }

    @Override
    public ProcessHandle database() throws IOException {
        return database.process();
    }

    @Override
    public void stop(int index) throws IOException {
        Process process = process(index);
        process.destroy();
        await(index, process);
    }

    private static void await(int index, Process process) throws IOException {
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(Ground.name(index) + ": not gone after " + STOP.toSeconds()
                        + " s; it was killed");
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + Ground.name(index) + " stopped");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            running.values().forEach(Process::destroyForcibly);
            for (Process process : running.values()) {
                boolean _ = process.onExit()
                        .completeOnTimeout(process, STOP.toSeconds(), TimeUnit.SECONDS).join()
                        .isAlive();
            }
        } finally {
            database.close();
        }
    }

    /// Ports that nothing listens on now.
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
