package network.dchat.session;

/// Bounds of all that a device keeps of its sessions.
///
/// @param ratchet bounds of each ratchet
/// @param prekeys bounds of our own prekeys
/// @param maximumSessionsPerPeer the active session and older ones that still decrypt
/// @param maximumSessions sessions in all
public record SessionLimits(RatchetLimits ratchet, PrekeyLimits prekeys, int maximumSessionsPerPeer,
        int maximumSessions) {
    /// Checks the ranges.
    public SessionLimits {
        Checks.range("maximumSessionsPerPeer", maximumSessionsPerPeer, 2, 1_000);
        Checks.range("maximumSessions", maximumSessions, maximumSessionsPerPeer, 1_000_000);
    }

    /// 5 sessions per peer, 4,096 in all.
    public static SessionLimits defaults() {
        return new SessionLimits(RatchetLimits.defaults(), PrekeyLimits.defaults(), 5, 4_096);
    }
}
