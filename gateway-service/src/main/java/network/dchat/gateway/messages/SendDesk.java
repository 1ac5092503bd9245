package network.dchat.gateway.messages;

import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.peer.PeerGuard;
import network.dchat.gateway.postgres.MessageRow;
import network.dchat.gateway.relay.Attachment;
import network.dchat.gateway.relay.Attachments;
import network.dchat.gateway.relay.MailboxGrants;
import network.dchat.gateway.signature.Caller;
import network.dchat.identity.Rejection;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.Inspector;
import network.dchat.mailbox.VerifiedSubmission;
import network.dchat.mesh.AccessGrant;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.PutStatus;
import network.dchat.mesh.SignedManifest;
import network.dchat.meshaccess.MeshAccess;
import network.dchat.meshaccess.PutProgress;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmissionResult;

/// Hands messages in: to a relay, which makes them durable, then the sender's history record to the
/// mesh. Everything is verified first, so that a caller's mistake bothers nobody else. Calls block.
public final class SendDesk {
    private final NodeIdentity node;
    private final Inspector inspector;
    private final Attachments attachments;
    private final MeshAccess mesh;
    private final PeerGuard guard;
    private final News news;
    private final Waiting waiting;

    /// A desk.
    public SendDesk(NodeIdentity node, Attachments attachments, MeshAccess mesh, PeerGuard guard,
            News news, GatewayProperties properties, InstantSource clock) {
        this.node = node;
        this.inspector = new Inspector(node.networkId(), node.peerId());
        this.attachments = attachments;
        this.mesh = mesh;
        this.guard = guard;
        this.news = news;
        this.waiting = new Waiting(properties.sendTimeout().toMillis(), clock);
    }

    /// Sends a message. Sending the same again is the same as once.
    ///
    /// @return what is known when both are durable or the time is over
    /// @throws RefusedException when something does not hold, or no relay takes it
    public MessageView send(Caller caller, Submission handedIn) {
        long now = waiting.clock().millis();
        VerifiedSubmission message = RefusedException
                .unwrap(inspector.submission(handedIn.submission(), caller.device(), now));
        MailboxGrants.Held grant = RefusedException.unwrap(MailboxGrants.verify(node.networkId(),
                node.peerId(), caller.address(), handedIn.mailboxGrant(), now));
        if (!grant.device().equals(caller.device())) {
            throw new RefusedException(RejectionCode.NOT_AUTHORISED,
                    "mailbox grant: signed by another device than the message");
        }
        SignedManifest manifest = archive(caller, handedIn.archive(), now);
        MessageRow row = row(caller.address(), message, now);
        handedIn.opening().ifPresent(opened -> open(row, message, opened));
        news.store().add(row, grant.certified(), grant.expiresAtMillis());
        handOver(grant, message.id(), handedIn);
        news.change(caller.address(), message.id(), it -> it.reach(MessageState.ACCEPTED, now));
        return put(caller.address(), message.id(), manifest, handedIn.archive());
    }

    private SignedManifest archive(Caller caller, Submission.Archive archive, long now) {
        SignedManifest manifest = RefusedException
                .unwrap(SignedManifest.verify(archive.manifest(), node.networkId()));
        AccessGrant grant = RefusedException
                .unwrap(AccessGrant.verify(archive.grant(), node.networkId(), now));
        if (!manifest.object().owner().equals(caller.address()) || !grant.permits(node.peerId(),
                GrantAction.WRITE_COLLECTION, caller.address(), manifest.object().collection())) {
            throw new RefusedException(RejectionCode.NOT_AUTHORISED,
                    "archive: not the sender's, or no grant for this gateway to write it");
        }
        if (!(manifest.manifest() instanceof Manifest.Stored stored)
                || stored.layout().length() != archive.object().size()) {
            throw new RefusedException(RejectionCode.INVALID,
                    "archive: the manifest is not of an object of this length");
        }
        return manifest;
    }

    private static MessageRow row(WalletAddress owner, VerifiedSubmission message, long now) {
        return new MessageRow(MessageStore.key(owner, message.id()), message.recipient().toString(),
                message.commitment().toString(), message.envelope().getExpiresAt(),
                MessageId.ciphertextHash(message.envelope().getCiphertext()).hex(), now);
    }

    private static void open(MessageRow row, VerifiedSubmission message, Submission.Opened opened) {
        Opening opening = new Opening(message.id(), opened.blinding(), opened.claimKey());
        if (!opening.commitment().equals(message.commitment())) {
            throw new RefusedException(RejectionCode.INVALID,
                    "opening: does not open the commitment");
        }
        row.open(opened.blinding().hex(), opened.claimKey().hex());
    }

    private void handOver(MailboxGrants.Held grant, MessageId id, Submission handedIn) {
        Attachment relay = attachments.open(grant);
        SubmissionResult result = guard.call(PeerGuard.Operation.SUBMIT, relay.relay(),
                () -> relay.submit(id.bytes(), handedIn.submission()).get());
        if (result.hasRejection()) {
            RejectionCode code = result.getRejection().getCode();
            boolean known = code != RejectionCode.UNRECOGNIZED
                    && code != RejectionCode.REJECTION_CODE_UNSPECIFIED;
            throw new RefusedException(new Rejection(known ? code : RejectionCode.UNAVAILABLE,
                    "relay: " + result.getRejection().getReason()));
        }
        attachments.touch(grant.owner());
    }

    /// Waits until the record is safe, refused, or the time is over; what comes later is noted too.
    private MessageView put(WalletAddress owner, MessageId id, SignedManifest manifest,
            Submission.Archive archive) {
        BlockingQueue<PutProgress> heard = new ArrayBlockingQueue<>(64);
        mesh.put(manifest, archive.object(), archive.grant(), progress -> news.later(() -> {
            note(owner, id, progress);
            if (!heard.offer(progress)) {
                heard.clear();
            }
        }));
        waiting.forOutcome(heard);
        return news.view(owner, id);
    }

    private void note(WalletAddress owner, MessageId id, PutProgress progress) {
        long now = waiting.clock().millis();
        news.change(owner, id, row -> {
            switch (progress) {
                case PutProgress.Queued _ -> advance(row, ArchiveState.QUEUED, "", now);
                case PutProgress.Waits(PutStatus status, String reason) ->
                    count(row, ArchiveState.QUEUED, status, reason, now);
                case PutProgress.Stored(PutStatus status) ->
                    count(row, ArchiveState.STORED, status, "", now);
                case PutProgress.Settled(PutStatus status) ->
                    count(row, ArchiveState.STORED, status, "", now);
                case PutProgress.Failed(Rejection rejection) ->
                    row.archive(ArchiveState.FAILED, row.shardsDurable(), row.shardsTotal(),
                            rejection.name() + ": " + rejection.reason(), now);
            }
        });
    }

    private static void advance(MessageRow row, ArchiveState state, String reason, long now) {
        if (row.archiveState() == ArchiveState.NONE) {
            row.archive(state, 0, 0, reason, now);
        }
    }

    /// Reports may overtake each other, so none takes back what another said.
    private static void count(MessageRow row, ArchiveState state, PutStatus status, String reason,
            long now) {
        if (status.durable().size() >= row.shardsDurable()
                && state.compareTo(row.archiveState()) >= 0) {
            row.archive(state, status.durable().size(), status.total(), reason, now);
        }
    }

    /// How long a send waits for the mesh.
    private record Waiting(long timeoutMillis, InstantSource clock) {
        void forOutcome(BlockingQueue<PutProgress> heard) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            try {
                while (true) {
                    PutProgress progress = heard.poll(until - System.nanoTime(),
                            TimeUnit.NANOSECONDS);
                    if (progress == null || !(progress instanceof PutProgress.Queued)) {
                        return;
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
