package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.RejectionCode;

/// A trusted point that moves along a chain whose validators change, and what is needed to prove it
/// to others who have nothing but the genesis. Immutable: each step gives another one.
///
/// | block | taken when | remembered |
/// |---|---|---|
/// | the next | the trusted header names its validators | when it announces others |
/// | further on | a third of those trusted signed it, or they stay | when it has others |
///
/// More than two thirds of its own validators must have signed either. What is remembered are the
/// light blocks by which a stranger comes here from genesis. Where a later one can do without an
/// earlier one the earlier goes; beyond [LedgerLimits#MAXIMUM_LIGHT_BLOCKS] they are thinned out.
public final class TrustedChain {
    /// Ascending, genesis first.
    private final List<TrustedPoint> points;
    private final TrustedPoint top;
    /// The height from which on no header up to the top was left out.
    private final long unbrokenSince;
    /// False when more would have to be remembered than a proof may hold.
    private final boolean provable;

    private TrustedChain(List<TrustedPoint> points, TrustedPoint top, long unbrokenSince,
            boolean provable) {
        this.points = points;
        this.top = top;
        this.unbrokenSince = unbrokenSince;
        this.provable = provable;
    }

    /// A header that enough trusted validators signed.
    ///
    /// @param timeMillis of the block, milliseconds since 1970
    public record TrustedHeader(Header header, long timeMillis) {}

    /// A transaction in a trusted block.
    ///
    /// @param index in the block, as its path says
    public record TrustedTransaction(TrustedHeader header, Hash hash, int index) {}

    /// Trust in the validators of genesis alone.
    public static TrustedChain of(Genesis genesis) {
        return beginning(TrustedPoint.of(genesis));
    }

    /// Trust in a block that is known to be final, and in nothing below it.
    ///
    /// @throws IllegalArgumentException when its validators are malformed
    public static TrustedChain of(LightBlock known) {
        return beginning(TrustedPoint.of(known));
    }

    private static TrustedChain beginning(TrustedPoint begin) {
        return new TrustedChain(List.of(begin), begin, begin.height(), true);
    }

    /// The trusted height; 0 at genesis.
    public long height() {
        return top.height();
    }

    /// The hash of the validators that decide the block after the trusted one.
    public Hash nextValidators() {
        return top.nextValidators();
    }

    /// The chain's name.
    public String chainId() {
        return top.header().getChainId();
    }

    /// Trust moved to one block above. `NOT_FOUND` says that one between is needed first.
    public Verified<TrustedChain> advance(LightBlock block) {
        long height = block.getSignedHeader().getHeader().getHeight();
        if (height <= top.height()) {
            return Verified.rejected(RejectionCode.INVALID, "light block " + height
                    + ": out of order (expected: above " + top.height() + ")");
        }
        return top.judge(block).then(point -> Verified.accepted(moved(point)));
    }

    /// Trust moved along light blocks in ascending order, as another gave them.
    public Verified<TrustedChain> extend(List<LightBlock> blocks) {
        if (blocks.size() > LedgerLimits.MAXIMUM_LIGHT_BLOCKS) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "light blocks: " + blocks.size()
                    + " (expected: up to " + LedgerLimits.MAXIMUM_LIGHT_BLOCKS + ")");
        }
        Verified<TrustedChain> chain = Verified.accepted(this);
        for (LightBlock block : blocks) {
            chain = chain.then(known -> known.advance(block));
        }
        return chain;
    }

    /// The header of a light block of any height that this trust reaches. What no signature covers,
    /// proposer and priorities, must be left out. `NOT_FOUND` says that trust must move first.
    public Verified<TrustedHeader> verify(LightBlock block) {
        long height = block.getSignedHeader().getHeader().getHeight();
        if (!block.getSignedHeader().getHeader().getChainId().equals(chainId())) {
            return Verified.rejected(RejectionCode.WRONG_NETWORK,
                    "chain id: another one (expected: " + chainId() + ")");
        }
        if (height <= points.getFirst().height()) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "height: " + height + " (expected: above " + points.getFirst().height() + ")");
        }
        TrustedPoint base = below(height);
        Optional<String> fault = contradiction(block, base);
        return fault.isPresent()
                ? Verified.rejected(RejectionCode.INVALID, fault.get())
                : base.judge(block).then(found -> Verified
                        .accepted(new TrustedHeader(found.header(), timeMillis(found.header()))));
    }

    /// A transaction whose path leads into a light block that [#verify] accepts.
    public Verified<TrustedTransaction> verify(LightBlock block, ByteString transaction,
            MerkleProof path) {
        return verify(block).then(header -> {
            Hash hash = Blocks.transactionHash(transaction);
            Optional<Hash> dataHash = Hash.parse(header.header().getDataHash());
            if (dataHash.isEmpty() || path.getTotal() > Integer.MAX_VALUE
                    || !MerkleTree.verify(dataHash.get(), hash.bytes(), path)) {
                return Verified.rejected(RejectionCode.INVALID,
                        "path: does not lead from the transaction to the data hash");
            }
            return Verified.accepted(new TrustedTransaction(header, hash, (int) path.getIndex()));
        });
    }

    /// The light blocks, ascending, that one who trusts a lower height or, at 0, genesis needs
    /// before blocks of a height can be verified; at most [LedgerLimits#MAXIMUM_LIGHT_BLOCKS].
    /// Empty also when there are more changes than a proof may hold.
    ///
    /// @param above what is trusted already
    /// @param height what is to be verified, itself not among the blocks
    public List<LightBlock> lightBlocks(long above, long height) {
        return points.stream().filter(point -> point.height() > above && point.height() < height)
                .map(TrustedPoint::block).toList();
    }

    /// All that must be kept to have this trust again by [#extend], at most
    /// [LedgerLimits#MAXIMUM_LIGHT_BLOCKS]: what is remembered and the trusted block. Nothing where
    /// trust must be built anew: at genesis, and when there are more changes than a proof may hold.
    public List<LightBlock> remembered() {
        if (!provable) {
            return List.of();
        }
        List<LightBlock> blocks = new ArrayList<>(lightBlocks(0, Long.MAX_VALUE));
        if (top.height() != points.getLast().height()) {
            blocks.add(top.block());
        }
        return List.copyOf(blocks);
    }

    /// Whether the light blocks of the present height fit a proof.
    public boolean isProvable() {
        return provable;
    }

    private TrustedPoint below(long height) {
        if (top.height() < height) {
            return top;
        }
        int index = points.size() - 1;
        while (points.get(index).height() >= height) {
            index--;
        }
        return points.get(index);
    }

    /// What a block says against what is known; empty when it says nothing.
    private Optional<String> contradiction(LightBlock block, TrustedPoint base) {
        Header header = block.getSignedHeader().getHeader();
        long height = header.getHeight();
        Optional<TrustedPoint> known = height == top.height()
                ? Optional.of(top)
                : points.stream().filter(point -> point.height() == height).findFirst();
        if (known.isPresent()) {
            return known.get().header().equals(header)
                    ? Optional.empty()
                    : Optional.of("light block " + height + ": another header than is trusted");
        }
        boolean exact = height <= top.height() && height > unbrokenSince;
        return exact && !base.header().getNextValidatorsHash().equals(header.getValidatorsHash())
                ? Optional.of("light block " + height + ": not by the validators of that height")
                : Optional.empty();
    }

    private TrustedChain moved(TrustedPoint point) {
        long since = point.height() == top.height() + 1 ? unbrokenSince : point.height();
        if (!provable) {
            return new TrustedChain(points, point, point.height(), false);
        }
        List<TrustedPoint> longer = new ArrayList<>(points);
        TrustedPoint last = longer.getLast();
        boolean others = !point.header().getValidatorsHash()
                .equals(last.header().getNextValidatorsHash());
        if (others) {
            if (last.height() != top.height() && !last.leadsTo(point)) {
                longer.add(top);
            }
            longer.add(point);
        } else if (point.announcesChange()) {
            longer.add(point);
        } else if (last.announcesChange()) {
            settle(longer, point);
        }
        return thinned(longer, point, since);
    }

    /// The validators that the last point announced are known now. The point that knows them stands
    /// for the announcement if it follows directly and an earlier point leads to it.
    private static void settle(List<TrustedPoint> points, TrustedPoint settled) {
        boolean adjacent = settled.height() == points.getLast().height() + 1;
        if (adjacent && points.size() > 1 && points.get(points.size() - 2).leadsTo(settled)) {
            points.removeLast();
        }
        points.add(settled);
    }

    private static TrustedChain thinned(List<TrustedPoint> points, TrustedPoint top, long since) {
        if (points.size() <= LedgerLimits.MAXIMUM_LIGHT_BLOCKS) {
            return new TrustedChain(List.copyOf(points), top, since, true);
        }
        List<TrustedPoint> kept = new ArrayList<>();
        int at = 0;
        kept.add(points.getFirst());
        while (at < points.size() - 1) {
            int next = points.size() - 1;
            while (next > at + 1 && !points.get(at).leadsTo(points.get(next))) {
                next--;
            }
            kept.add(points.get(next));
            at = next;
        }
        long from = top.height();
        return kept.size() <= LedgerLimits.MAXIMUM_LIGHT_BLOCKS
                ? new TrustedChain(List.copyOf(kept), top, from, true)
                : new TrustedChain(List.copyOf(points.subList(0, points.size() - 1)), top, from,
                        false);
    }

    private static long timeMillis(Header header) {
        return header.getTime().getSeconds() * 1000 + header.getTime().getNanos() / 1_000_000;
    }
}
