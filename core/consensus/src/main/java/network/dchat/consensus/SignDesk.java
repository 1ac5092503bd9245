package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Ed25519;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Signature;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.Vote;

/// Asks for own signatures and turns the answers into messages.
///
/// A signature counts only when it came back: by then the log and the guard are durable. A
/// validator that may have forgotten a lock is mute until a height is decided without it.
final class SignDesk {
    /// Requests without an answer; while so many wait, nothing more is signed, which is always
    /// safe.
    static final int MAXIMUM_PENDING = 64;

    private final String chainId;
    private final Optional<PublicKey> key;
    private final Outbox out;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private long lastId;
    private long muteThrough;

    private record Pending(SignGuard.SignRequest request, ConsensusMessage unsigned) {}

    /// @param key the own consensus key; empty for one who only observes
    SignDesk(String chainId, Optional<PublicKey> key, Outbox out) {
        this.chainId = chainId;
        this.key = key;
        this.out = out;
    }

    Optional<PublicKey> key() {
        return key;
    }

    /// Signs nothing up to this height.
    void muteThrough(long height) {
        muteThrough = Math.max(muteThrough, height);
        pending.values().removeIf(each -> isMute(each.request().height()));
    }

    boolean isMute(long height) {
        return height <= muteThrough;
    }

    void request(VoteType type, Vote vote) {
        request(vote.getHeight(), vote.getRound(), type.step(),
                CanonicalBytes.voteSignBytes(chainId, vote), WireForm.message(vote));
    }

    void request(Proposal proposal) {
        request(proposal.getHeight(), proposal.getRound(), Step.PROPOSE,
                CanonicalBytes.proposalSignBytes(chainId, proposal), WireForm.message(proposal));
    }

    /// The signed message that this answer completes; empty when nobody waits for it any more.
    Optional<ConsensusMessage> signed(long id, Signature signature) {
        Pending waiting = pending.remove(id);
        if (waiting == null) {
            return Optional.empty();
        }
        PublicKey signer = key.orElseThrow();
        if (!Ed25519.verify(signer, waiting.request().signBytes(), signature)) {
            throw new IllegalStateException("own signature: does not verify with the own key");
        }
        return Optional.of(sign(waiting.unsigned(), signature));
    }

    /// The signer refused: what it signed before contradicts, so this height goes on without us.
    void refused(long id, String reason) {
        Pending waiting = pending.remove(id);
        if (waiting != null) {
            muteThrough(waiting.request().height());
            out.add(new Effect.Muted(waiting.request().height(), reason));
        }
    }

    /// In replay: an own message in the log shows that its request was answered. Sign bytes do not
    /// name the voter, so another's vote of the same moment has the same.
    void answered(ConsensusMessage message, ByteString signBytes) {
        ByteString voter = message.getVote().getValidatorAddress();
        pending.values().removeIf(each -> each.request().signBytes().equals(signBytes)
                && each.unsigned().getVote().getValidatorAddress().equals(voter));
    }

    /// After replay: what stands before the guard's last signature was signed too, or never will
    /// be.
    void forgetBefore(long height, int round, int step) {
        pending.values().removeIf(each -> each.request().compareTo(height, round, step) < 0);
    }

    /// After replay: asks again for what the log does not answer.
    void repeat() {
        pending.forEach((id, waiting) -> {
            out.force();
            out.add(new Effect.Sign(id, waiting.request()));
        });
    }

    /// True when a request or an answer stands at this step or a later one.
    boolean hasReached(long height, int round, int step) {
        return pending.values().stream()
                .anyMatch(each -> each.request().compareTo(height, round, step) >= 0);
    }

    void forgetBefore(long height) {
        pending.values().removeIf(each -> each.request().height() < height);
    }

    private void request(long height, int round, Step step, ByteString signBytes,
            ConsensusMessage unsigned) {
        if (key.isEmpty() || isMute(height) || pending.size() >= MAXIMUM_PENDING) {
            return;
        }
        long id = ++lastId;
        SignGuard.SignRequest request = new SignGuard.SignRequest(height, round, step, signBytes);
        pending.put(id, new Pending(request, unsigned));
        if (!out.isReplaying()) {
            out.force();
            out.add(new Effect.Sign(id, request));
        }
    }

    private static ConsensusMessage sign(ConsensusMessage unsigned, Signature signature) {
        ConsensusMessage.Builder signed = unsigned.toBuilder();
        if (unsigned.hasVote()) {
            signed.getVoteBuilder().setSignature(signature.bytes());
        } else {
            signed.getProposalBuilder().setSignature(signature.bytes());
        }
        return signed.build();
    }
}
