package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.AttachProofs;
import network.dchat.mailbox.VerifiedAttachment;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.wire.v1.AttachChallenge;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightBlocksRequest;
import network.dchat.wire.v1.MailboxEntries;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxEvents;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.Submission;
import network.dchat.wire.v1.SubmissionResult;
import network.dchat.wire.v1.SubmissionResults;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// The smallest relay: checks who attaches, keeps envelopes in the [Town], delivers, returns
/// receipts, asks for blocks.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class LoneRelay {
    @Bean
    Service service(NodeIdentity identity, InstantSource clock, Environment environment) {
        return new Service(identity, clock,
                environment.getProperty("fixture.town", Town.class, new Town()));
    }

    /// What a relay passes on of the chain.
    @Bean
    ChainGrpc.ChainImplBase chain(Environment environment) {
        Town town = environment.getProperty("fixture.town", Town.class, new Town());
        return new ChainGrpc.ChainImplBase() {
            @Override
            public void lightBlocks(LightBlocksRequest request,
                    StreamObserver<LightBlock> answers) {
                town.lightBlocks(request.getAbove(), request.getHeight()).forEach(answers::onNext);
                answers.onCompleted();
            }
        };
    }

    /// The gRPC service.
    static final class Service extends MailboxGrpc.MailboxImplBase {
        private static final ByteString NONCE = ByteString
                .copyFrom(new byte[AttachProofs.NONCE_LENGTH]);

        private final NodeIdentity identity;
        private final InstantSource clock;
        private final Map<ByteString, StreamObserver<RelayFrame>> attached = new HashMap<>();
        private final Town town;

        Service(NodeIdentity identity, InstantSource clock, Town town) {
            this.identity = identity;
            this.clock = clock;
            this.town = town;
            synchronized (town) {
                town.open.put(identity.peerId(), this);
            }
        }

        @Override
        public StreamObserver<AttachFrame> attach(StreamObserver<RelayFrame> answers) {
            PeerId client = CallerPeer.current();
            answers.onNext(RelayFrame.newBuilder()
                    .setChallenge(AttachChallenge.newBuilder().setNonce(NONCE)).build());
            return new StreamObserver<>() {
                private ByteString user = ByteString.EMPTY;

                @Override
                public void onNext(AttachFrame frame) {
                    synchronized (town) {
                        if (frame.hasHello()) {
                            user = greet(frame, client, answers);
                        } else if (frame.hasSubmissions()) {
                            frame.getSubmissions().getSubmissionsList()
                                    .forEach(each -> submitted(each, user, answers));
                        } else if (frame.hasDeliveries()) {
                            frame.getDeliveries().getDeliveriesList()
                                    .forEach(each -> delivered(each, answers));
                        } else if (frame.hasFinality()) {
                            frame.getFinality().getCommitmentsList()
                                    .forEach(each -> tellOrder(each, answers));
                        }
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    synchronized (town) {
                        attached.remove(user);
                    }
                }

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }

        private ByteString greet(AttachFrame frame, PeerId client,
                StreamObserver<RelayFrame> answers) {
            VerifiedAttachment user = AttachProofs.verify(identity.networkId(),
                    new AttachProofs.Connection(NONCE, identity.peerId(), client), frame.getHello(),
                    clock.millis()).orElseThrow();
            ByteString address = user.address().bytes();
            attached.put(address, answers);
            answers.onNext(RelayFrame.newBuilder()
                    .setAttached(Attached.newBuilder().addTokens(address).addTokens(address))
                    .build());
            deliver(address);
            return address;
        }

        private void submitted(SignedBytes signed, ByteString sender,
                StreamObserver<RelayFrame> answers) {
            try {
                Submission submission = Submission.parseFrom(signed.getBody());
                Envelope envelope = submission.getEnvelope();
                ByteString id = MessageId.of(identity.networkId(), envelope).orElseThrow().bytes();
                Optional<RejectionCode> refusal = town.refusal(identity.peerId());
                SubmissionResult.Builder result = SubmissionResult.newBuilder().setMessageId(id);
                refusal.ifPresent(code -> result
                        .setRejection(Rejection.newBuilder().setCode(code).setReason("fixture")));
                answers.onNext(RelayFrame.newBuilder()
                        .setResults(SubmissionResults.newBuilder().addResults(result)).build());
                if (refusal.isPresent()) {
                    return;
                }
                if (town.senders.put(id, sender) == null) {
                    town.mailboxes.computeIfAbsent(envelope.getRecipient(), _ -> new ArrayList<>())
                            .add(envelope);
                }
                tellOrder(submission.getCommitment(), answers);
                for (Service relay : town.open.values()) {
                    tell(answers, event(MailboxEvent.newBuilder()
                            .setStored(relay.stored(id, envelope.getExpiresAt()))));
                    relay.deliver(envelope.getRecipient());
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        private SignedBytes stored(ByteString id, long expiresAt) {
            return Signatures
                    .sign(SignatureKind.STORED, identity.networkId(),
                            Stored.newBuilder().setMessageId(id).setExpiresAt(expiresAt)
                                    .setStoredAt(clock.millis()).build().toByteString(),
                            identity.key());
        }

        private void tellOrder(ByteString commitment, StreamObserver<RelayFrame> answers) {
            town.order(identity, commitment, clock.millis()).ifPresent(finality -> tell(answers,
                    event(MailboxEvent.newBuilder().setFinality(finality))));
        }

        private void deliver(ByteString user) {
            StreamObserver<RelayFrame> answers = attached.get(user);
            List<Envelope> waiting = town.mailboxes.getOrDefault(user, List.of());
            if (answers != null && !waiting.isEmpty()) {
                MailboxEntries.Builder entries = MailboxEntries.newBuilder();
                for (int index = 0; index < waiting.size(); index++) {
                    entries.addEntries(MailboxEntry.newBuilder().setSequence(index + 1)
                            .setEnvelope(waiting.get(index)));
                }
                tell(answers, RelayFrame.newBuilder().setEntries(entries).build());
            }
        }

        private void delivered(SignedDelivery delivery, StreamObserver<RelayFrame> answers) {
            try {
                ByteString id = network.dchat.wire.v1.Receipt
                        .parseFrom(delivery.getReceipt().getBody()).getMessageId();
                answers.onNext(RelayFrame.newBuilder()
                        .setDeliveryResults(SubmissionResults.newBuilder()
                                .addResults(SubmissionResult.newBuilder().setMessageId(id)))
                        .build());
                for (Service relay : town.open.values()) {
                    StreamObserver<RelayFrame> sender = relay.attached.get(town.senders.get(id));
                    if (sender == null) {
                        continue;
                    }
                    tell(sender, event(MailboxEvent.newBuilder()
                            .setReceipt(ReturnedReceipt.newBuilder()
                                    .setReceipt(delivery.getReceipt())
                                    .setDeviceCertificate(delivery.getDeviceCertificate()))));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        /// One who is gone is told nothing.
        private static void tell(StreamObserver<RelayFrame> user, RelayFrame frame) {
            try {
                user.onNext(frame);
            } catch (StatusRuntimeException | IllegalStateException _) {
                return;
            }
        }

        private static RelayFrame event(MailboxEvent.Builder event) {
            return RelayFrame.newBuilder().setEvents(MailboxEvents.newBuilder().addEvents(event))
                    .build();
        }
    }
}
