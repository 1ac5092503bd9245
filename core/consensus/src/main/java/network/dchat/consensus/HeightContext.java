package network.dchat.consensus;

import com.google.protobuf.Timestamp;
import java.util.OptionalInt;
import network.dchat.ledger.ProposerRotation;
import network.dchat.ledger.ValidatorSet;

/// What a height begins with.
///
/// @param chainId the chain
/// @param height the height to decide
/// @param validators who votes
/// @param rotation who proposes, at round 0
/// @param own the own index among the validators; empty for one who only follows
/// @param lastBlockTime time of the block before, of genesis at the first height
/// @param rules what makes a block valid here
/// @param parts what the height is made of
record HeightContext(String chainId, long height, ValidatorSet validators,
        ProposerRotation rotation, OptionalInt own, Timestamp lastBlockTime, BlockRules rules,
        HeightParts parts) {}
