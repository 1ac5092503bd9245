package network.dchat.validator.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.consensus.Chain;
import network.dchat.consensus.ConsensusStatus;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.OrderCommitment;
import network.dchat.validator.ValidatorNode;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.chain.Proofs;
import network.dchat.validator.postgres.BlockIndex;
import network.dchat.validator.snapshot.SnapshotProgress;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// The chain over HTTP, for people and their tools: where it stands, its blocks, who decides.
@RestController
@RequestMapping(path = "/chain", produces = MediaType.APPLICATION_JSON_VALUE)
public final class ChainController {
    private static final int HASH_DIGITS = 2 * Hash.LENGTH;

    private final ValidatorNode node;
    private final ChainView view;
    private final Proofs proofs;
    private final BlockIndex index;
    private final ValidatorNames names;
    private final Reads reads;
    private final SnapshotProgress snapshot;

    /// A controller over a chain.
    ChainController(ValidatorNode node, ChainView view, Proofs proofs, BlockIndex index,
            ValidatorNames names, Reads reads, SnapshotProgress snapshot) {
        this.snapshot = snapshot;
        this.node = node;
        this.view = view;
        this.proofs = proofs;
        this.index = index;
        this.names = names;
        this.reads = reads;
    }

    /// Where the chain and this validator stand, and who signed the last block.
    @GetMapping("/status")
    public Map<String, Object> status() {
        ChainView.Latest latest = view.latest();
        Chain chain = latest.chain();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("chain_id", chain.chainId());
        status.put("height", latest.height());
        status.put("hash", chain.blockId().map(id -> Octets.hex(id.getHash())).orElse(""));
        status.put("app_hash", chain.state().root().hex());
        status.put("time", Instant.ofEpochMilli(chain.timeMillis()).toString());
        status.put("round", latest.block().map(block -> block.getCommit().getRound()).orElse(0));
        status.put("first_height", view.firstHeight());
        status.put("validators", latest.block().map(this::signers)
                .orElseGet(() -> rows(chain.describeValidators())));
        status.put("syncing", !node.isRunning() || node.status().catchingUp());
        snapshot.describe().ifPresent(row -> status.put("snapshot", row));
        if (node.isRunning()) {
            ConsensusStatus consensus = node.status();
            status.put("behind", Math.max(0, consensus.peerHeight() - 1 - latest.height()));
            status.put("working_round", consensus.round());
            status.put("working_step", consensus.step());
        }
        return status;
    }

    /// A block with its commit, by height or by hash.
    @GetMapping("/blocks/{name}")
    public Mono<String> block(@PathVariable String name) {
        return reads.offLoop(() -> json(Heights.block(view, height(name))));
    }

    /// The proof that a commitment, 64 hex digits, was ordered.
    @GetMapping("/proof/{commitment}")
    public Mono<String> proof(@PathVariable String commitment) {
        return reads.offLoop(() -> {
            OrderCommitment parsed = parseHash(commitment).flatMap(OrderCommitment::parse)
                    .orElseThrow(() -> ChainProblem.of(ChainProblem.Kind.MALFORMED,
                            "commitment: no 64 hex digits"));
            return json(proofs.find(parsed)
                    .orElseThrow(() -> ChainProblem.of(ChainProblem.Kind.NOT_FOUND,
                            "commitment: not ordered so far, or in a" + " block below "
                                    + view.firstHeight())));
        });
    }

    /// Who voted on the block of a height, or votes on the next one or the one after it.
    @GetMapping("/validators")
    public Mono<Map<String, Object>> validators(@RequestParam(defaultValue = "") String height) {
        return reads.offLoop(() -> {
            Chain chain = view.latest().chain();
            long next = chain.height() + 1;
            long wanted = height.isEmpty() ? next : Heights.parse(height);
            if (wanted > next + 1) {
                throw Heights.beyond(wanted, next + 1);
            }
            if (wanted < next) {
                CommittedBlock block = Heights.block(view, wanted);
                return set(wanted, block.getValidators(), signers(block));
            }
            ChainState state = chain.state();
            ValidatorSetProto set = wanted == next
                    ? chain.describeValidators()
                    : state.nextRotation().describe(state.nextValidators());
            return set(wanted, set, rows(set));
        });
    }

    private Map<String, Object> set(long height, ValidatorSetProto set,
            List<Map<String, Object>> rows) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("height", height);
        answer.put("total_power",
                set.getValidatorsList().stream().mapToLong(ValidatorProto::getVotingPower).sum());
        answer.put("proposer", Octets.hex(set.getProposer().getAddress()));
        answer.put("validators", rows);
        return answer;
    }

    /// Those who vote on the next block, and whether they signed the last one.
    private List<Map<String, Object>> rows(ValidatorSetProto set) {
        Optional<CommittedBlock> last = view.latest().block();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ValidatorProto each : set.getValidatorsList()) {
            Map<String, Object> row = row(each);
            last.ifPresent(
                    block -> row.put("signed_last_block", hasSigned(block, each.getAddress())));
            rows.add(row);
        }
        return rows;
    }

    /// Those who voted on a block, and whether they signed it.
    private List<Map<String, Object>> signers(CommittedBlock block) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ValidatorProto each : block.getValidators().getValidatorsList()) {
            Map<String, Object> row = row(each);
            row.put("signed", hasSigned(block, each.getAddress()));
            rows.add(row);
        }
        return rows;
    }

    private Map<String, Object> row(ValidatorProto validator) {
        Map<String, Object> row = names.describe(validator);
        row.put("public_key", Octets.hex(validator.getPubKey().getEd25519()));
        row.put("proposer_priority", validator.getProposerPriority());
        row.put("jailed", view.latest().chain().state()
                .isJailed(new PublicKey(validator.getPubKey().getEd25519())));
        return row;
    }

    private static boolean hasSigned(CommittedBlock block, ByteString address) {
        for (CommitSig entry : block.getCommit().getSignaturesList()) {
            if (entry.getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_COMMIT
                    && entry.getValidatorAddress().equals(address)) {
                return true;
            }
        }
        return false;
    }

    private long height(String name) {
        Optional<ByteString> hash = parseHash(name);
        return hash.isEmpty()
                ? Heights.parse(name)
                : index.heightOf(new Hash(hash.get())).orElseThrow(() -> ChainProblem
                        .of(ChainProblem.Kind.NOT_FOUND, "block: none of this hash"));
    }

    private static Optional<ByteString> parseHash(String text) {
        return text.length() == HASH_DIGITS ? Octets.parseHex(text) : Optional.empty();
    }

    private static String json(MessageOrBuilder message) throws InvalidProtocolBufferException {
        return JsonFormat.printer().preservingProtoFieldNames().print(message);
    }
}
