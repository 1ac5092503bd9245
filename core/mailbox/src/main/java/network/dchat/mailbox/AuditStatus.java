package network.dchat.mailbox;

/// How the delivery roots of a relay fare, for operators. What is counted is counted since the
/// machine began.
///
/// @param openRoots roots in blocks whose audit is not over
/// @param heldDeposits deposits of these roots, in commitments
/// @param settledRoots roots that were paid
/// @param burntRoots roots whose leaves were not all shown in time
/// @param auditsMade transactions that showed own leaves
/// @param challengesMade transactions that showed claims on what others listed
/// @param challengesMet leaves of own roots that others challenged
/// @param earnedUnits that the settled roots were paid
public record AuditStatus(int openRoots, long heldDeposits, long settledRoots, long burntRoots,
        long auditsMade, long challengesMade, long challengesMet, long earnedUnits) {
    /// Nothing yet.
    public static final AuditStatus NOTHING = new AuditStatus(0, 0, 0, 0, 0, 0, 0, 0);
}
