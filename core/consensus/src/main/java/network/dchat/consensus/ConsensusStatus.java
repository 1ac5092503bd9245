package network.dchat.consensus;

import network.dchat.wire.v1.HaveState;

/// Where a validator stands.
///
/// @param decidedHeight the last final height, 0 before the first
/// @param round the round of the height at hand
/// @param step its step: 0 before it has begun, then as [Step] numbers them
/// @param peerHeight the height that the foremost peers work on, if fewer than a third lie
/// @param catchingUp whether blocks are being fetched
/// @param outOfReach whether peers have decided the next height and none of them can send its
///     block, so that only a snapshot helps
/// @param mute whether nothing is signed in this height
/// @param waitingTransactions transactions that wait for a block
/// @param waitingBytes their bytes
/// @param have what is held of the height at hand
public record ConsensusStatus(long decidedHeight, int round, int step, long peerHeight,
        boolean catchingUp, boolean outOfReach, boolean mute, int waitingTransactions,
        long waitingBytes, HaveState have) {}
