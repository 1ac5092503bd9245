package network.dchat.starter.chain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.TrustedChain;
import network.dchat.starter.node.Directories;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far this node trusts the chain: a [TrustedChain] that only moves on, kept in a file.
///
/// The file holds the light blocks at which the validators changed and is verified from genesis
/// when it is opened; one that is damaged or lost costs no more than asking for them again. It is
/// written when the validators change, not with every block. For many threads.
public final class FollowedChain {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedChain.class);
    private static final long MAXIMUM_FILE_BYTES = 64L << 20;
    /// Answers that one catching up may take.
    private static final int ROUNDS = 64;

    private final Genesis genesis;
    private final Path file;
    private final Object lock = new Object();
    private final List<Consumer<TrustedChain>> listeners = new CopyOnWriteArrayList<>();
    private volatile TrustedChain trusted;

    private FollowedChain(Genesis genesis, Path file, TrustedChain trusted) {
        this.genesis = genesis;
        this.file = file;
        this.trusted = trusted;
    }

    /// Takes up the trust of an earlier life, or begins with the genesis.
    ///
    /// @param file may be missing, its directory may not
    public static FollowedChain open(Genesis genesis, Path file) {
        TrustedChain begin = TrustedChain.of(genesis);
        TrustedChain known = begin;
        try {
            if (Files.exists(file)) {
                known = begin.extend(read(file)).orElseThrow();
            }
        } catch (IOException | IllegalStateException damaged) {
            LOG.warn("event=trust-lost file={} reason=\"{}\"", file, damaged.getMessage());
        }
        return new FollowedChain(genesis, file, known);
    }

    /// The trust now.
    public TrustedChain trusted() {
        return trusted;
    }

    /// Tells a listener whenever the validators have changed; it must not block, and may be told
    /// from any thread.
    public void listenToChanges(Consumer<TrustedChain> listener) {
        listeners.add(listener);
    }

    /// Trust has moved; one that is behind is not taken.
    public void move(TrustedChain moved) {
        synchronized (lock) {
            if (moved.height() <= trusted.height()) {
                return;
            }
            boolean changed = !changes(moved).equals(changes(trusted))
                    || !moved.nextValidators().equals(trusted.nextValidators());
            trusted = moved;
            if (!changed) {
                return;
            }
            save(changes(moved));
        }
        listeners.forEach(listener -> listener.accept(moved));
    }

    /// A light block of any height. One above what is trusted moves the trust.
    public Verified<TrustedChain.TrustedHeader> verify(LightBlock block) {
        TrustedChain known = trusted;
        return known.verify(block).then(header -> {
            if (header.header().getHeight() > known.height()) {
                known.advance(block).toOptional().ifPresent(this::move);
            }
            return Verified.accepted(header);
        });
    }

    /// A light block of any height, for which others may have to be asked for first.
    ///
    /// @throws IOException when the source does not give them
    public Verified<TrustedChain.TrustedHeader> verify(LightBlock block, LightBlockSource source)
            throws IOException {
        Verified<TrustedChain.TrustedHeader> first = verify(block);
        long height = block.getSignedHeader().getHeader().getHeight();
        boolean isShort = first.refusal()
                .filter(refused -> refused.code() == RejectionCode.NOT_FOUND).isPresent();
        if (!isShort || height <= trusted.height()) {
            return first;
        }
        Optional<Rejection> refusal = catchUp(height, source);
        return refusal.isPresent() ? new Verified.Rejected<>(refusal.get()) : verify(block);
    }

    /// Moves trust towards a height; empty when all that the source gave holds.
    ///
    /// @param height what is to be verified next; 0 is the latest
    /// @throws IOException when the source does not give light blocks
    public Optional<Rejection> catchUp(long height, LightBlockSource source) throws IOException {
        TrustedChain chain = trusted;
        boolean fromGenesis = chain.height() == 0;
        for (int round = 0; round < ROUNDS; round++) {
            long above = chain.height();
            List<LightBlock> blocks = source.lightBlocks(above, height).stream()
                    .filter(block -> block.getSignedHeader().getHeader().getHeight() > above)
                    .toList();
            switch (chain.extend(blocks)) {
                case Verified.Accepted<TrustedChain>(TrustedChain longer) -> chain = longer;
                case Verified.Rejected<TrustedChain>(Rejection refused) -> {
                    if (fromGenesis) {
                        return Optional.of(refused);
                    }
                    // The source came another way: its light blocks lead here from genesis.
                    fromGenesis = true;
                    chain = TrustedChain.of(genesis);
                    continue;
                }
            }
            if (blocks.size() < LedgerLimits.MAXIMUM_LIGHT_BLOCKS) {
                break;
            }
        }
        move(chain);
        return Optional.empty();
    }

    private static List<LightBlock> changes(TrustedChain chain) {
        return chain.lightBlocks(0, Long.MAX_VALUE);
    }

    /// A failure costs a later life some time and is tried again at the next change.
    private void save(List<LightBlock> changes) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (LightBlock block : changes) {
                block.writeDelimitedTo(bytes);
            }
            Directories.replace(file, bytes.toByteArray());
        } catch (IOException failure) {
            LOG.warn("event=trust-not-saved file={} reason=\"{}\"", file, failure.getMessage());
        }
    }

    private static List<LightBlock> read(Path file) throws IOException {
        if (Files.size(file) > MAXIMUM_FILE_BYTES) {
            throw new IOException("trusted blocks: " + Files.size(file) + " bytes (expected: up to "
                    + MAXIMUM_FILE_BYTES + ")");
        }
        ByteArrayInputStream bytes = new ByteArrayInputStream(Files.readAllBytes(file));
        List<LightBlock> blocks = new ArrayList<>();
        while (bytes.available() > 0) {
            blocks.add(LightBlock.parseDelimitedFrom(bytes));
        }
        return blocks;
    }
}
