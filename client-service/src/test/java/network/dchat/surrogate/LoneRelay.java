package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.MailboxEntries;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxEvents;
import network.dchat.wire.v1.MailboxGrpc;
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

/// The smallest relay: checks who attaches, keeps envelopes in memory, delivers, returns receipts.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class LoneRelay {
    @Bean
    Service service(NodeIdentity identity, InstantSource clock) {
        return new Service(identity, clock);
    }

    /// The gRPC service.
    static final class Service extends MailboxGrpc.MailboxImplBase {
        private static final ByteString NONCE = ByteString
                .copyFrom(new byte[AttachProofs.NONCE_LENGTH]);

        private final NodeIdentity identity;
        private final InstantSource clock;
        private final Map<ByteString, StreamObserver<RelayFrame>> attached = new HashMap<>();
        private final Map<ByteString, List<Envelope>> mailboxes = new HashMap<>();
        private final Map<ByteString, ByteString> senders = new HashMap<>();

        Service(NodeIdentity identity, InstantSource clock) {
            this.identity = identity;
            this.clock = clock;
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
                    synchronized (Service.this) {
                        if (frame.hasHello()) {
                            user = greet(frame, client, answers);
                        } else if (frame.hasSubmissions()) {
                            frame.getSubmissions().getSubmissionsList()
                                    .forEach(each -> submitted(each, user, answers));
                        } else if (frame.hasDeliveries()) {
                            frame.getDeliveries().getDeliveriesList()
                                    .forEach(each -> delivered(each, answers));
                        }
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    synchronized (Service.this) {
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
                Envelope envelope = Submission.parseFrom(signed.getBody()).getEnvelope();
                ByteString id = MessageId.of(identity.networkId(), envelope).orElseThrow().bytes();
                senders.put(id, sender);
                mailboxes.computeIfAbsent(envelope.getRecipient(), _ -> new ArrayList<>())
                        .add(envelope);
                answers.onNext(RelayFrame.newBuilder()
                        .setResults(SubmissionResults.newBuilder()
                                .addResults(SubmissionResult.newBuilder().setMessageId(id)))
                        .build());
                Stored stored = Stored.newBuilder().setMessageId(id)
                        .setExpiresAt(envelope.getExpiresAt()).setStoredAt(clock.millis()).build();
                answers.onNext(event(
                        MailboxEvent.newBuilder().setStored(Signatures.sign(SignatureKind.STORED,
                                identity.networkId(), stored.toByteString(), identity.key()))));
                deliver(envelope.getRecipient());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        private void deliver(ByteString user) {
            StreamObserver<RelayFrame> answers = attached.get(user);
            List<Envelope> waiting = mailboxes.getOrDefault(user, List.of());
            if (answers != null && !waiting.isEmpty()) {
                MailboxEntries.Builder entries = MailboxEntries.newBuilder();
                for (int index = 0; index < waiting.size(); index++) {
                    entries.addEntries(MailboxEntry.newBuilder().setSequence(index + 1)
                            .setEnvelope(waiting.get(index)));
                }
                answers.onNext(RelayFrame.newBuilder().setEntries(entries).build());
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
                StreamObserver<RelayFrame> sender = attached.get(senders.get(id));
                if (sender != null) {
                    sender.onNext(event(MailboxEvent.newBuilder()
                            .setReceipt(ReturnedReceipt.newBuilder()
                                    .setReceipt(delivery.getReceipt())
                                    .setDeviceCertificate(delivery.getDeviceCertificate()))));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        private static RelayFrame event(MailboxEvent.Builder event) {
            return RelayFrame.newBuilder().setEvents(MailboxEvents.newBuilder().addEvents(event))
                    .build();
        }
    }
}
