package network.dchat.starter.gossip;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicReference;
import network.dchat.identity.AddressScope;
import network.dchat.identity.PeerId;
import network.dchat.starter.connections.CallerAddress;
import network.dchat.starter.connections.ConnectionListener;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipGrpc;
import org.jspecify.annotations.Nullable;

/// `dchat.v1.Gossip`, both ends: a stream on each connection that this node made, and those that
/// others open here. A stream that carried a frame against the rules is closed with a reason.
final class GossipLinks extends GossipGrpc.GossipImplBase implements ConnectionListener {
    private final NodeGossip gossip;

    GossipLinks(NodeGossip gossip) {
        this.gossip = gossip;
    }

    @Override
    public StreamObserver<GossipFrame> exchange(StreamObserver<GossipFrame> responses) {
        PeerId peer = CallerPeer.current();
        var observer = (ServerCallStreamObserver<GossipFrame>) responses;
        GossipStream stream = new GossipStream(observer);
        observer.setOnReadyHandler(stream::drain);
        observer.setOnCancelHandler(() -> gossip.closed(peer, stream));
        gossip.opened(peer, CallerAddress.scope(), stream).ifPresent(stream::refuse);
        return new StreamObserver<>() {
            @Override
            public void onNext(GossipFrame frame) {
                gossip.received(peer, frame).ifPresent(rejection -> {
                    stream.refuse(rejection);
                    gossip.closed(peer, stream);
                });
            }

            @Override
            public void onError(Throwable failure) {
                gossip.closed(peer, stream);
            }

            @Override
            public void onCompleted() {
                gossip.closed(peer, stream);
            }
        };
    }

    @Override
    public void connected(PeerId peer, PeerChannel channel, AddressScope scope) {
        StreamObserver<GossipFrame> _ = GossipGrpc.newStub(channel.channel())
                .exchange(new Outgoing(peer, scope));
    }

    /// The stream ends with its transport and says so itself.
    @Override
    public void disconnected(PeerId peer) {
        // Nothing is left to do.
    }

    private final class Outgoing implements ClientResponseObserver<GossipFrame, GossipFrame> {
        private final PeerId peer;
        private final AddressScope scope;
        private final AtomicReference<@Nullable GossipStream> stream = new AtomicReference<>();

        Outgoing(PeerId peer, AddressScope scope) {
            this.peer = peer;
            this.scope = scope;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<GossipFrame> requests) {
            GossipStream opened = new GossipStream(requests);
            stream.set(opened);
            requests.setOnReadyHandler(() -> ready(opened));
        }

        private boolean open;

        /// The stream is open once the transport takes a frame.
        private synchronized void ready(GossipStream opened) {
            if (!open) {
                open = true;
                gossip.opened(peer, scope, opened).ifPresent(opened::refuse);
            }
            opened.drain();
        }

        @Override
        public void onNext(GossipFrame frame) {
            GossipStream opened = stream.get();
            gossip.received(peer, frame).ifPresent(rejection -> {
                if (opened != null) {
                    opened.refuse(rejection);
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            end();
        }

        @Override
        public void onCompleted() {
            end();
        }

        private void end() {
            GossipStream opened = stream.getAndSet(null);
            if (opened != null) {
                gossip.closed(peer, opened);
            }
        }
    }
}
