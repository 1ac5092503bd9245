package network.dchat.testnet.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SILENCE_MILLIS = 200;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private ServerSocket target = newServer();
    private TcpProxy proxy = newProxy();

    @BeforeEach
    void patient() throws IOException {
        target.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        target.close();
    }

    @Test
    void forwardsBothWaysAndEndsWithEitherSide() throws IOException {
        try (Socket near = dial(); Socket far = target.accept()) {
            say(near, "there");
            assertThat(hear(far, 5)).isEqualTo("there");
            say(far, "and back");
            assertThat(hear(near, 8)).isEqualTo("and back");
            assertThat(proxy.connections()).isEqualTo(1);
            far.shutdownOutput();
            assertThat(near.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(proxy.forwarded()).isEqualTo(13);
    }

    @Test
    void holdsBackWhilePausedAndLosesNothing() throws IOException {
        try (Socket near = dial(); Socket far = target.accept()) {
            say(near, "a");
            assertThat(hear(far, 1)).isEqualTo("a");
            proxy.pause();
            say(near, "late");
            far.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> hear(far, 1)).isInstanceOf(SocketTimeoutException.class);
            far.setSoTimeout(PATIENCE_MILLIS);
            proxy.open();
            assertThat(hear(far, 4)).isEqualTo("late");
        }
    }

    @Test
    void breaksWhatIsThereAndWhatComesUntilItIsHealed() throws IOException {
        try (Socket near = dial(); Socket _ = target.accept()) {
            proxy.cut();
            assertThat(endsWithoutData(near)).isTrue();
        }
        try (Socket refused = dial()) {
            assertThat(endsWithoutData(refused)).isTrue();
        }
        proxy.open();
        try (Socket near = dial(); Socket far = target.accept()) {
            say(near, "again");
            assertThat(hear(far, 5)).isEqualTo("again");
        }
    }

    @Test
    void cutsWhatItHeldBack() throws IOException {
        try (Socket near = dial(); Socket far = target.accept()) {
            proxy.pause();
            say(near, "lost");
            proxy.cut();
            proxy.open();
            assertThat(endsWithoutData(far)).isTrue();
        }
    }

    @Test
    void delaysWhatItForwards() throws IOException {
        proxy.delay(Duration.ofMillis(SILENCE_MILLIS));
        try (Socket near = dial(); Socket far = target.accept()) {
            long start = System.nanoTime();
            say(near, "x");
            assertThat(hear(far, 1)).isEqualTo("x");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(SILENCE_MILLIS));
        }
    }

    @Test
    void breaksConnectionsToATargetThatDoesNotListen() throws IOException {
        target.close();
        try (Socket near = dial()) {
            assertThat(endsWithoutData(near)).isTrue();
        }
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket();
        socket.connect(proxy.address(), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static boolean endsWithoutData(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private ServerSocket newServer() {
        try {
            return new ServerSocket(0, 8, loopback);
        } catch (IOException failed) {
            throw new IllegalStateException("no free port", failed);
        }
    }

    private TcpProxy newProxy() {
        try {
            return new TcpProxy(new InetSocketAddress(loopback, 0),
                    new InetSocketAddress(loopback, target.getLocalPort()));
        } catch (IOException failed) {
            throw new IllegalStateException("no free port", failed);
        }
    }
}
