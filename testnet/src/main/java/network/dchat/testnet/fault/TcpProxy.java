package network.dchat.testnet.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// A way between two nodes that can be spoilt: it forwards TCP connections, and on demand holds
/// back what they carry, delays it, or cuts them and takes no new ones.
///
/// Bytes are never lost or changed within a connection, as TCP promises. Safe for many threads.
public final class TcpProxy implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 256;
    private static final int BACKLOG = 64;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int CONNECT_MILLIS = 2_000;

    private final InetSocketAddress listen;
    private final InetSocketAddress target;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
    private final LongAdder forwarded = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ServerSocket server;
    private Way way = Way.OPEN;
    private volatile long delayNanos;

    private enum Way {
        OPEN, PAUSED, CUT, CLOSED
    }

    /// Begins to forward.
    ///
    /// @param listen where it is reached; port 0 takes a free one
    /// @param target where it leads; need not listen yet
    public TcpProxy(InetSocketAddress listen, InetSocketAddress target) throws IOException {
        this.target = target;
        server = new ServerSocket(listen.getPort(), BACKLOG, listen.getAddress());
        this.listen = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        executor.execute(this::accept);
    }

    /// Where it is reached.
    public InetSocketAddress address() {
        return listen;
    }

    /// Bytes forwarded so far, both ways together.
    public long forwarded() {
        return forwarded.sum();
    }

    /// Connections through it now.
    public int connections() {
        return MOST_CONNECTIONS - room.availablePermits();
    }

    /// Holds everything back until [#open]; connections stay and notice nothing but silence.
    public void pause() {
        turn(Way.PAUSED);
    }

    /// Breaks all connections and each new one until [#open].
    public void cut() {
        turn(Way.CUT);
        breakAll();
    }

    /// Forwards again.
    public void open() {
        turn(Way.OPEN);
    }

    /// Lets what comes from now on arrive so much later than it would; zero ends it.
    public void delay(Duration oneWay) {
        delayNanos = oneWay.toNanos();
    }

    private void turn(Way to) {
        lock.lock();
        try {
            if (way != Way.CLOSED) {
                way = to;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Way awaitWay() throws InterruptedException {
        lock.lock();
        try {
            while (way == Way.PAUSED) {
                changed.await();
            }
            return way;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCut() {
        lock.lock();
        try {
            return way == Way.CUT || way == Way.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                if (isCut() || !room.tryAcquire()) {
                    breakOff(near);
                } else {
                    executor.execute(() -> connect(near));
                }
            } catch (IOException closed) {
                // The listener is closed, or a caller has gone already: the loop looks again.
                Thread.onSpinWait();
            }
        }
    }

    private void connect(Socket near) {
        Socket far = new Socket();
        sockets.add(near);
        sockets.add(far);
        try {
            far.connect(target, CONNECT_MILLIS);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            if (isCut()) {
                return;
            }
            Thread back = Thread.ofVirtual().start(() -> forward(far, near));
            forward(near, far);
            back.join();
        } catch (IOException unreachable) {
            forwarded.add(0);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            breakOff(near);
            breakOff(far);
            sockets.remove(near);
            sockets.remove(far);
            room.release();
        }
    }

    /// Until one side ends; then both do.
    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                LockSupport.parkNanos(delayNanos);
                if (awaitWay() != Way.OPEN) {
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
                forwarded.add(read);
            }
        } catch (IOException ended) {
            breakOff(to);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            breakOff(from);
            breakOff(to);
        }
    }

    private void breakAll() {
        sockets.forEach(TcpProxy::breakOff);
    }

    private static void breakOff(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // It is closed all the same.
            Thread.onSpinWait();
        }
    }

    /// Ends everything.
    @Override
    public void close() throws IOException {
        turn(Way.CLOSED);
        server.close();
        breakAll();
        executor.shutdownNow();
    }
}
