package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ClaimKey;
import network.dchat.ledger.DeliveryClaim;
import network.dchat.ledger.DeliveryLeaf;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.mailbox.AttachProofs;
import network.dchat.mailbox.Inspector;
import network.dchat.mailbox.VerifiedAttachment;
import network.dchat.mailbox.VerifiedSubmission;
import network.dchat.mesh.ShardAdmission;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AttachChallenge;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.DeliveryEvidence;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.GetShardResponse;
import network.dchat.wire.v1.ListObjectsRequest;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.ListedObject;
import network.dchat.wire.v1.MailboxEntries;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxEvents;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.Manifest;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.PutShardResponse;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.ShardId;
import network.dchat.wire.v1.ShardsGrpc;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.SubmissionResult;
import network.dchat.wire.v1.SubmissionResults;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// One node that is a whole network: relay, validator, storage node, and the recipient of
/// everything. What it says is really signed, what it is told is really verified.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class LoneNode {
    /// Who receives every message.
    public static final String RECIPIENT = "bob";

    /// The validator's consensus key.
    public static SigningKey consensusKey() {
        return SigningKey.fromSeed(User.hash("consensus").bytes());
    }

    @Bean
    Relay relay(NodeIdentity identity, InstantSource clock) {
        return new Relay(identity, clock);
    }

    @Bean
    Storage storage(NodeIdentity identity, InstantSource clock) {
        return new Storage(identity.networkId(), clock);
    }

    /// Takes messages, orders, delivers, and tells.
    static final class Relay extends MailboxGrpc.MailboxImplBase {
        private static final ByteString NONCE = ByteString
                .copyFrom(new byte[AttachProofs.NONCE_LENGTH]);

        private final NodeIdentity identity;
        private final NetworkId network;
        private final InstantSource clock;
        private final LoneChain chain;
        private final Map<ByteString, List<Envelope>> mailboxes = new LinkedHashMap<>();

        Relay(NodeIdentity identity, InstantSource clock) {
            this.identity = identity;
            this.network = identity.networkId();
            this.clock = clock;
            this.chain = new LoneChain(identity.genesis(), consensusKey());
        }

        @Override
        public StreamObserver<AttachFrame> attach(StreamObserver<RelayFrame> answers) {
            PeerId client = CallerPeer.current();
            answers.onNext(RelayFrame.newBuilder()
                    .setChallenge(AttachChallenge.newBuilder().setNonce(NONCE)).build());
            return new StreamObserver<>() {
                private Optional<VerifiedAttachment> user = Optional.empty();

                @Override
                public void onNext(AttachFrame frame) {
                    synchronized (Relay.this) {
                        if (frame.hasHello()) {
                            user = greet(frame, client, answers);
                        } else if (frame.hasSubmissions() && user.isPresent()) {
                            for (SignedBytes each : frame.getSubmissions().getSubmissionsList()) {
                                submitted(each, user.get(), answers);
                            }
                        }
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }

        private Optional<VerifiedAttachment> greet(AttachFrame frame, PeerId client,
                StreamObserver<RelayFrame> answers) {
            Verified<VerifiedAttachment> user = AttachProofs.verify(network,
                    new AttachProofs.Connection(NONCE, identity.peerId(), client), frame.getHello(),
                    clock.millis());
            user.refusal()
                    .ifPresent(refused -> answers.onError(Rejections.toStatus(refused.toWire())));
            user.toOptional().ifPresent(found -> {
                List<Envelope> waiting = mailboxes.getOrDefault(found.address().bytes(), List.of());
                answers.onNext(RelayFrame.newBuilder().setAttached(Attached.newBuilder()
                        .addTokens(ByteString.copyFromUtf8("token")).setWaiting(waiting.size()))
                        .build());
                MailboxEntries.Builder entries = MailboxEntries.newBuilder();
                for (Envelope envelope : waiting) {
                    entries.addEntries(MailboxEntry.newBuilder()
                            .setSequence(entries.getEntriesCount() + 1).setEnvelope(envelope));
                }
                if (!waiting.isEmpty()) {
                    answers.onNext(RelayFrame.newBuilder().setEntries(entries).build());
                }
            });
            return user.toOptional();
        }

        private void submitted(SignedBytes signed, VerifiedAttachment user,
                StreamObserver<RelayFrame> answers) {
            VerifiedSubmission message = new Inspector(network, identity.peerId())
                    .submission(signed, user.device(), clock.millis()).orElseThrow();
            mailboxes.computeIfAbsent(message.recipient().bytes(), _ -> new ArrayList<>())
                    .add(message.envelope());
            answers.onNext(RelayFrame.newBuilder()
                    .setResults(SubmissionResults.newBuilder().addResults(
                            SubmissionResult.newBuilder().setMessageId(message.id().bytes())))
                    .build());
            Stored stored = Stored.newBuilder().setMessageId(message.id().bytes())
                    .setExpiresAt(message.envelope().getExpiresAt()).setStoredAt(clock.millis())
                    .build();
            tell(answers, MailboxEvent.newBuilder().setStored(Signatures.sign(SignatureKind.STORED,
                    network, stored.toByteString(), identity.key())));
            CommittedBlock block = order(message.commitment());
            tell(answers, MailboxEvent.newBuilder()
                    .setFinality(PortableProofs.finality(message.commitment(), block, 0, 0)));
            deliver(message, block.getBlock().getHeader().getHeight(), answers);
        }

        private CommittedBlock order(OrderCommitment commitment) {
            return chain.decide(Transactions.orderBatch(network, identity.key(), sequence(),
                    List.of(commitment)), clock.millis());
        }

        private void deliver(VerifiedSubmission message, long height,
                StreamObserver<RelayFrame> answers) {
            User bob = new User(RECIPIENT, network, clock.millis());
            if (!bob.address().equals(message.recipient())) {
                return;
            }
            SignedBytes receipt = DeliveryReceipt.sign(network, bob.device(), message.id(),
                    bob.address(), clock.millis());
            SignedBytes claim = DeliveryClaim.sign(network,
                    ClaimKey.derive(User.hash("secret").bytes()), identity.peerId(),
                    message.commitment());
            tell(answers, MailboxEvent.newBuilder().setReceipt(ReturnedReceipt.newBuilder()
                    .setReceipt(receipt).setDeviceCertificate(bob.certificate().signed())));
            List<DeliveryLeaf> leaves = List.of(DeliveryLeaf.of(User.hash("salt"), receipt, claim));
            Transaction root = Transactions.deliveryRoot(network, identity.key(), sequence(),
                    DeliveryLeaf.root(leaves), List.of(new OrderPosition(height, 0, 0)));
            CommittedBlock block = chain.decide(root, clock.millis());
            tell(answers, MailboxEvent.newBuilder()
                    .setDelivery(DeliveryEvidence.newBuilder().setMessageId(message.id().bytes())
                            .setProof(PortableProofs.delivery(receipt, bob.certificate().signed(),
                                    leaves, 0, block, 0))));
        }

        private long sequence() {
            return chain.state().account(WalletAddress.of(identity.key().publicKey()))
                    .nextSequence();
        }

        private static void tell(StreamObserver<RelayFrame> answers, MailboxEvent.Builder event) {
            answers.onNext(RelayFrame.newBuilder()
                    .setEvents(MailboxEvents.newBuilder().addEvents(event)).build());
        }
    }

    /// Keeps shards in memory.
    static final class Storage extends ShardsGrpc.ShardsImplBase {
        private final NetworkId network;
        private final InstantSource clock;
        private final Map<ShardId, ByteString> shards = new LinkedHashMap<>();
        private final Map<ByteString, CertifiedManifest> manifests = new LinkedHashMap<>();

        Storage(NetworkId network, InstantSource clock) {
            this.network = network;
            this.clock = clock;
        }

        @Override
        public synchronized void put(PutShardRequest request,
                StreamObserver<PutShardResponse> answer) {
            Optional<SignedManifest> known = Optional
                    .ofNullable(manifests.get(request.getId().getObject()))
                    .flatMap(it -> SignedManifest.verify(it, network).toOptional());
            Verified<ShardAdmission.Admitted> admitted = ShardAdmission.check(request, known,
                    network, clock.millis());
            PutShardResponse.Builder response = PutShardResponse.newBuilder();
            admitted.refusal().ifPresent(refused -> response.setRejection(refused.toWire()));
            admitted.toOptional().ifPresent(found -> {
                manifests.put(request.getId().getObject(), found.manifest().certified());
                shards.put(request.getId(), request.getData());
            });
            answer.onNext(response.build());
            answer.onCompleted();
        }

        @Override
        public synchronized void get(GetShardRequest request,
                StreamObserver<GetShardResponse> answer) {
            answer.onNext(GetShardResponse.newBuilder()
                    .setData(shards.getOrDefault(request.getId(), ByteString.EMPTY)).build());
            answer.onCompleted();
        }

        @Override
        public synchronized void list(ListObjectsRequest request,
                StreamObserver<ListObjectsResponse> answer) {
            ListObjectsResponse.Builder response = ListObjectsResponse.newBuilder();
            manifests.forEach((object, manifest) -> {
                if (owner(manifest).equals(request.getOwner())) {
                    ListedObject.Builder listed = ListedObject.newBuilder().setManifest(manifest);
                    shards.keySet().stream()
                            .filter(id -> id.getObject().equals(object) && id.getStripe() == 0)
                            .forEach(id -> listed.addShards(id.getIndex()));
                    response.addObjects(listed);
                }
            });
            answer.onNext(response.build());
            answer.onCompleted();
        }

        private static ByteString owner(CertifiedManifest manifest) {
            try {
                return Manifest.parseFrom(manifest.getManifest().getBody()).getOwner();
            } catch (InvalidProtocolBufferException broken) {
                throw new IllegalStateException(broken);
            }
        }
    }
}
