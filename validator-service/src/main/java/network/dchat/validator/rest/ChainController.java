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
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import network.dchat.consensus.Chain;
import network.dchat.consensus.ConsensusStatus;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.ledger.OrderCommitment;
import network.dchat.validator.ValidatorNode;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.chain.Proofs;
import network.dchat.validator.postgres.BlockIndex;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// The chain over HTTP, for people and their tools.
@RestController
@RequestMapping(path = "/chain", produces = MediaType.APPLICATION_JSON_VALUE)
public final class ChainController {
    private static final int HASH_DIGITS = 2 * Hash.LENGTH;

    private final ValidatorNode node;
    private final ChainView view;
    private final Proofs proofs;
    private final BlockIndex index;
    private final ValidatorNames names;

    /// A controller over a chain.
    ChainController(ValidatorNode node, ChainView view, Proofs proofs, BlockIndex index,
            ValidatorNames names) {
        this.node = node;
        this.view = view;
        this.proofs = proofs;
        this.index = index;
        this.names = names;
    }

    /// Where the chain and this validator stand.
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
        status.put("validators", signers(latest.block(), chain.describeValidators()));
        if (node.isRunning()) {
            ConsensusStatus consensus = node.status();
            status.put("syncing", consensus.catchingUp());
            status.put("behind", Math.max(0, consensus.peerHeight() - 1 - latest.height()));
            status.put("working_round", consensus.round());
            status.put("working_step", consensus.step());
        }
        return status;
    }

    /// A block with its commit, by height or by hash.
    @GetMapping("/blocks/{name}")
    public Mono<String> block(@PathVariable String name) {
        return offLoop(() -> {
            long height = height(name).orElseThrow(() -> missing("block " + name));
            return json(view.block(height).orElseThrow(() -> missing("block " + name)));
        });
    }

    /// The proof that a commitment, 64 hex digits, was ordered.
    @GetMapping("/proof/{commitment}")
    public Mono<String> proof(@PathVariable String commitment) {
        return offLoop(() -> {
            OrderCommitment parsed = Octets.parseHex(commitment).flatMap(OrderCommitment::parse)
                    .orElseThrow(() -> new ResponseStatusException(HttpStatus.BAD_REQUEST,
                            "commitment: expected 64 hex digits"));
            ProofResponse proof = proofs.find(parsed)
                    .orElseThrow(() -> missing("commitment, not ordered so far"));
            return json(proof);
        });
    }

    /// Who votes on the next block.
    @GetMapping("/validators")
    public Map<String, Object> validators() {
        Chain chain = view.latest().chain();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("height", chain.height() + 1);
        answer.put("total_power", chain.validators().totalPower());
        answer.put("proposer", Octets.hex(chain.nextProposer().getAddress()));
        answer.put("validators", signers(Optional.empty(), chain.describeValidators()));
        return answer;
    }

    private List<Map<String, Object>> signers(Optional<CommittedBlock> block,
            ValidatorSetProto set) {
        List<Map<String, Object>> signers = new ArrayList<>();
        for (int position = 0; position < set.getValidatorsCount(); position++) {
            ValidatorProto validator = set.getValidators(position);
            Map<String, Object> signer = new LinkedHashMap<>();
            Optional<GenesisValidator> named = names.find(validator.getPubKey().getEd25519());
            signer.put("name", named.map(GenesisValidator::getName).orElse(""));
            signer.put("operator", named.map(GenesisValidator::getOperator).orElse(""));
            signer.put("address", Octets.hex(validator.getAddress()));
            signer.put("power", validator.getVotingPower());
            signer.put("proposer_priority", validator.getProposerPriority());
            int at = position;
            block.ifPresent(signed -> signer.put("signed", hasSigned(signed, at)));
            signers.add(signer);
        }
        return signers;
    }

    private static boolean hasSigned(CommittedBlock block, int position) {
        return position < block.getCommit().getSignaturesCount() && block.getCommit()
                .getSignatures(position).getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_COMMIT;
    }

    private OptionalLong height(String name) {
        Optional<ByteString> hash = name.length() == HASH_DIGITS
                ? Octets.parseHex(name)
                : Optional.empty();
        if (hash.isPresent()) {
            return index.heightOf(new Hash(hash.get()));
        }
        try {
            return OptionalLong.of(Long.parseLong(name));
        } catch (NumberFormatException _) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
                    "block: expected a height or 64 hex digits");
        }
    }

    private static ResponseStatusException missing(String what) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, what + ": not found");
    }

    private static Mono<String> offLoop(Callable<String> work) {
        return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic());
    }

    private static String json(MessageOrBuilder message) throws InvalidProtocolBufferException {
        return JsonFormat.printer().preservingProtoFieldNames().print(message);
    }
}
