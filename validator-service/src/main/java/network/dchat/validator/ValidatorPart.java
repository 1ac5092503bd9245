package network.dchat.validator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.discovery.PeerLayer;
import network.dchat.starter.status.Crashable;
import network.dchat.validator.chain.BlockStreams;
import network.dchat.validator.exchange.Membership;
import network.dchat.validator.exchange.ValidatorLinks;
import network.dchat.validator.postgres.BlockIndexer;
import network.dchat.validator.snapshot.SnapshotStart;

/// Starts consensus once the node can be reached, and stops it before the node cannot.
final class ValidatorPart implements PeerLayer.Part, Crashable {
    private final ValidatorNode node;
    private final ValidatorLinks links;
    private final Membership membership;
    private final BlockIndexer indexer;
    private final BlockStreams streams;
    private final SnapshotStart start;
    private volatile boolean crashed;

    ValidatorPart(ValidatorNode node, ValidatorLinks links, Membership membership,
            BlockIndexer indexer, BlockStreams streams, SnapshotStart start) {
        this.start = start;
        this.membership = membership;
        this.streams = streams;
        this.node = node;
        this.links = links;
        this.indexer = indexer;
    }

    @Override
    public void start(List<Certified<PeerRecord>> own) throws IOException {
        ConsensusWarmUp.run();
        start.run(() -> {
            node.start(links);
            membership.start();
            indexer.start();
        });
    }

    @Override
    public void renew(List<Certified<PeerRecord>> own) {
        // Validators are known by the chain, not by what their records say.
    }

    @Override
    public void stop() {
        if (crashed) {
            return;
        }
        try {
            start.stop();
            indexer.stop();
            membership.stop();
            node.stop();
            membership.end();
            streams.stop();
        } catch (IOException failure) {
            throw new UncheckedIOException("consensus: cannot close its files", failure);
        }
    }

    @Override
    public void crash() {
        crashed = true;
        start.stop();
        membership.stop();
        indexer.stop();
        node.crash();
    }
}
