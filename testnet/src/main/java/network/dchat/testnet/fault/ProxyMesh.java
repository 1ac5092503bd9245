package network.dchat.testnet.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import network.dchat.testnet.validators.Ground;
import network.dchat.testnet.validators.ValidatorProcesses;

/// A proxy on every way from one validator to another, so that the network between them can be
/// parted.
///
/// Each validator publishes a name, and each resolves the names of the others by a hosts file of
/// its own, to loopback addresses where its proxies listen: the proxy from the second to the third
/// is at `127.0.12.13`, and so nobody is reached but through the proxy of whoever dials. Needs a
/// system that has all of `127.0.0.0/8`, as Linux.
public final class ProxyMesh implements ValidatorProcesses.Own, AutoCloseable {
    private static final int FIRST = 11;
    private static final int MOST = 200;

    private final Path directory;
    private final int count;
    private final Map<Way, TcpProxy> proxies = new LinkedHashMap<>();
    private final List<Integer> ports = new ArrayList<>();

    /// From one validator to another, each counted from 0.
    ///
    /// @param from who dials
    /// @param to   who listens
    public record Way(int from, int to) {}

    /// A mesh that is not there yet.
    ///
    /// @param directory where the hosts files are written
    public ProxyMesh(Path directory, int count) {
        if (count < 2 || count > MOST) {
            throw new IllegalArgumentException(
                    "validators: " + count + " (expected: 2 to " + MOST + ")");
        }
        this.directory = directory;
        this.count = count;
    }

    /// Opens all proxies, before the first validator starts.
    public void open(ValidatorProcesses validators) throws IOException {
        for (int to = 0; to < count; to++) {
            int port = validators.grpc(to).port();
            ports.add(port);
            for (int from = 0; from < count; from++) {
                if (from != to) {
                    proxies.put(new Way(from, to),
                            new TcpProxy(new InetSocketAddress(address(from, to), port),
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                }
            }
        }
        for (int from = 0; from < count; from++) {
            Files.write(hosts(from), lines(from));
        }
    }

    private static InetAddress address(int from, int to) throws IOException {
        return InetAddress
                .getByAddress(new byte[]{127, 0, (byte) (FIRST + from), (byte) (FIRST + to)});
    }

    private List<String> lines(int from) throws IOException {
        List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
        lines.add("127.0.0.1 " + InetAddress.getLocalHost().getHostName());
        for (int to = 0; to < count; to++) {
            lines.add((from == to ? "127.0.0.1" : address(from, to).getHostAddress()) + " "
                    + host(to));
        }
        return lines;
    }

    private Path hosts(int index) {
        return directory.resolve("hosts." + Ground.name(index));
    }

    private static String host(int index) {
        return Ground.name(index) + ".localhost";
    }

    @Override
    public ValidatorProcesses.Extra of(int index) {
        int entry = (index + 1) % count;
        return new ValidatorProcesses.Extra(List.of("-Djdk.net.hosts.file=" + hosts(index)),
                List.of("--set", "dchat.node.advertise=" + host(index) + ":" + ports.get(index),
                        "--bootstrap-nodes", host(entry) + ":" + ports.get(entry)));
    }

    /// Breaks every way between this side and the rest, both directions.
    public void cut(Set<Integer> side) {
        across(side, TcpProxy::cut);
    }

    /// Holds back what goes between this side and the rest: silence, and no connection breaks.
    public void pause(Set<Integer> side) {
        across(side, TcpProxy::pause);
    }

    /// Heals all ways.
    public void heal() {
        proxies.values().forEach(TcpProxy::open);
    }

    /// Bytes that went between this side and the rest so far.
    public long forwardedAcross(Set<Integer> side) {
        return proxies.entrySet().stream()
                .filter(proxy -> crosses(side).test(proxy.getKey().from(), proxy.getKey().to()))
                .mapToLong(proxy -> proxy.getValue().forwarded()).sum();
    }

    private void across(Set<Integer> side, Consumer<TcpProxy> act) {
        proxies.forEach((way, proxy) -> {
            if (crosses(side).test(way.from(), way.to())) {
                act.accept(proxy);
            }
        });
    }

    private static BiPredicate<Integer, Integer> crosses(Set<Integer> side) {
        return (from, to) -> side.contains(from) != side.contains(to);
    }

    @Override
    public void close() {
        for (TcpProxy proxy : proxies.values()) {
            try {
                proxy.close();
            } catch (IOException failed) {
                throw new UncheckedIOException("a proxy cannot be closed", failed);
            }
        }
    }
}
