package network.dchat.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Hash;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxEvents;

/// The times of the blocks that relays showed last, believed only with the validators' commit. Safe
/// for many threads.
final class BlockTimes {
    /// Blocks that are remembered.
    static final int MOST = 4_096;

    private final String chainId;
    private final ValidatorSet validators;
    private final Map<Long, Long> times = new LinkedHashMap<>();

    BlockTimes(Self self) {
        this.chainId = self.node().network().chainId();
        this.validators = GenesisRules.validatorSet(self.node().genesis());
    }

    /// Looks at what a relay tells, before the outbox does.
    void note(MailboxEvents events) {
        for (MailboxEvent event : events.getEventsList()) {
            if (event.hasFinality()) {
                note(event.getFinality().getLightBlock());
            }
        }
    }

    /// When a block was made, in milliseconds; empty when it is not known.
    synchronized OptionalLong at(long height) {
        Long time = times.get(height);
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }

    private void note(LightBlock block) {
        Header header = block.getSignedHeader().getHeader();
        if (at(header.getHeight()).isPresent() || !isDecided(block)) {
            return;
        }
        long millis = TimeUnit.SECONDS.toMillis(header.getTime().getSeconds())
                + TimeUnit.NANOSECONDS.toMillis(header.getTime().getNanos());
        synchronized (this) {
            times.put(header.getHeight(), millis);
            if (times.size() > MOST) {
                times.remove(times.keySet().iterator().next());
            }
        }
    }

    private boolean isDecided(LightBlock block) {
        Header header = block.getSignedHeader().getHeader();
        Commit commit = block.getSignedHeader().getCommit();
        Hash hash = Blocks.headerHash(header);
        return header.getChainId().equals(chainId)
                && header.getValidatorsHash().equals(validators.hash().bytes())
                && commit.getBlockId().getHash().equals(hash.bytes())
                && CommitVerifier.verify(chainId, validators, header.getHeight(),
                        commit.getBlockId(), commit) instanceof CommitVerdict.Accepted;
    }
}
