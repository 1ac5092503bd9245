package network.dchat.peers;

import java.util.EnumSet;
import java.util.Set;
import network.dchat.identity.PeerId;

/// What is known of the connection to one peer.
final class Connection {
    private static final int HISTORY = 16;
    private static final int SMOOTHING = 8;

    final PeerId peer;
    final Set<Direction> directions = EnumSet.noneOf(Direction.class);
    final Set<Tie> ties = EnumSet.noneOf(Tie.class);
    ConnectionState state = ConnectionState.DISCONNECTED;
    String reason = "";
    String address = "";
    Traffic traffic = Traffic.NONE;
    long sinceMillis;
    long usedAtMillis;
    long attemptId;
    long dialledAtMillis;
    long retryAtMillis;
    int attempts;
    long pingId;
    long pingDueMillis;
    long pingSentMillis;
    long latencyMicros = -1;
    int failuresInRow;
    private int history;
    private int historyLength;

    Connection(PeerId peer) {
        this.peer = peer;
    }

    boolean isOpen() {
        return state.isOpen();
    }

    boolean countsAgainstLimit() {
        return state.isOpen() || state == ConnectionState.CONNECTING;
    }

    void answered(long roundTripMicros) {
        latencyMicros = latencyMicros < 0
                ? roundTripMicros
                : latencyMicros + (roundTripMicros - latencyMicros) / SMOOTHING;
        failuresInRow = 0;
        record(0);
    }

    void unanswered() {
        failuresInRow++;
        record(1);
    }

    int lossPermille() {
        return historyLength == 0 ? 0 : Integer.bitCount(history) * 1_000 / historyLength;
    }

    void resetHealth() {
        latencyMicros = -1;
        failuresInRow = 0;
        history = 0;
        historyLength = 0;
        pingId = 0;
    }

    ConnectionView view(double score, long nowMillis) {
        long uptime = isOpen() ? Math.max(0, nowMillis - sinceMillis) : 0;
        return new ConnectionView(peer, state, reason, directions, ties, address,
                new ConnectionView.Quality(latencyMicros, lossPermille(), uptime, traffic, score));
    }

    private void record(int lost) {
        history = ((history << 1) | lost) & ((1 << HISTORY) - 1);
        historyLength = Math.min(HISTORY, historyLength + 1);
    }
}
