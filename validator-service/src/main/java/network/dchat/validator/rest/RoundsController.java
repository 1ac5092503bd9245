package network.dchat.validator.rest;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.dchat.consensus.HeightReport;
import network.dchat.identity.Octets;
import network.dchat.validator.ValidatorNode;
import network.dchat.validator.VoteRecorder;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.store.RecordedVotes;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import network.dchat.wire.v1.Vote;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Who proposed and voted what in the height at hand: what to look at when the chain stalls.
@RestController
@RequestMapping(path = "/chain/rounds", produces = MediaType.APPLICATION_JSON_VALUE)
public final class RoundsController {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String NIL = "nil";
    private static final int SHOWN_HEIGHTS = 20;

    private final ValidatorNode node;
    private final ChainView view;
    private final ValidatorNames names;
    private final VoteRecorder recorder;
    private final Reads reads;

    /// A controller over a validator.
    RoundsController(ValidatorNode node, ChainView view, ValidatorNames names,
            VoteRecorder recorder, Reads reads) {
        this.node = node;
        this.view = view;
        this.names = names;
        this.recorder = recorder;
        this.reads = reads;
    }

    /// The votes of a decided height that took more than one round, or in which someone voted
    /// twice.
    @GetMapping("/{height}")
    public Mono<Map<String, Object>> recorded(@PathVariable String height) {
        return reads.offLoop(() -> {
            long wanted = Heights.parse(height);
            List<Vote> votes = recorder.of(wanted).orElseThrow(() -> ChainProblem.of(
                    ChainProblem.Kind.NOT_FOUND,
                    "height " + wanted + ": no votes are kept (expected: a height of several rounds"
                            + " or with equivocation, among the latest " + RecordedVotes.HEIGHTS
                            + ")"));
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("height", wanted);
            tree.put("votes", votes.stream().map(RoundsController::vote).toList());
            return tree;
        });
    }

    /// All rounds of which something is held, and who is connected.
    @GetMapping
    public Mono<Map<String, Object>> rounds() {
        return Mono
                .defer(() -> node.isRunning()
                        ? Mono.fromFuture(node.report())
                        : Mono.error(ChainProblem
                                .of(ChainProblem.Kind.UNAVAILABLE, "consensus: not started")))
                .publishOn(Schedulers.boundedElastic())
                .timeout(PATIENCE,
                        Mono.error(() -> ChainProblem.of(ChainProblem.Kind.UNAVAILABLE,
                                "consensus: no answer within " + PATIENCE.toSeconds() + " s")))
                .map(this::describe);
    }

    private Map<String, Object> describe(ValidatorNode.Report report) {
        HeightReport height = report.height();
        ValidatorSetProto set = report.validators();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("height", height.height());
        tree.put("round", height.round());
        tree.put("step", height.step());
        tree.put("locked_round", height.lockedRound());
        tree.put("valid_round", height.validRound());
        tree.put("proposer_of_round_0", names.describe(set.getProposer()));
        tree.put("last_height", view.latest().height());
        tree.put("recorded_heights", recorder.heights().stream().limit(SHOWN_HEIGHTS).toList());
        tree.put("validators", connections(set));
        tree.put("rounds", height.rounds().stream().map(round -> round(round, set)).toList());
        return tree;
    }

    private List<Map<String, Object>> connections(ValidatorSetProto set) {
        Set<String> connected = node.connectedKeys().stream().map(Octets::hex)
                .collect(Collectors.toSet());
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ValidatorProto each : set.getValidatorsList()) {
            Map<String, Object> row = names.describe(each);
            row.put("connected", connected.contains(Octets.hex(each.getPubKey().getEd25519())));
            rows.add(row);
        }
        return rows;
    }

    private Map<String, Object> round(HeightReport.Round round, ValidatorSetProto set) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("round", round.round());
        round.proposal().ifPresent(proposal -> {
            Map<String, Object> proposed = new LinkedHashMap<>();
            proposed.put("block_hash", Octets.hex(proposal.blockHash()));
            proposed.put("pol_round", proposal.polRound());
            proposed.put("parts", proposal.parts());
            proposed.put("parts_present", proposal.present());
            tree.put("proposal", proposed);
        });
        tree.put("prevotes", votes(round.prevotes(), set));
        tree.put("precommits", votes(round.precommits(), set));
        return tree;
    }

    private static Map<String, Object> vote(Vote vote) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("round", vote.getRound());
        tree.put("type", vote.getType().name());
        tree.put("validator", Octets.hex(vote.getValidatorAddress()));
        ByteString hash = vote.getBlockId().getHash();
        tree.put("block", hash.isEmpty() ? NIL : Octets.hex(hash));
        tree.put("time", Instant
                .ofEpochSecond(vote.getTimestamp().getSeconds(), vote.getTimestamp().getNanos())
                .toString());
        tree.put("signature",
                Base64.getEncoder().encodeToString(vote.getSignature().toByteArray()));
        return tree;
    }

    private Map<String, Object> votes(List<HeightReport.Cast> votes, ValidatorSetProto set) {
        Map<String, Long> power = new LinkedHashMap<>();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (HeightReport.Cast vote : votes) {
            ValidatorProto voter = set.getValidators(vote.validator());
            Map<String, Object> row = names.describe(voter);
            String block = Optional.of(vote).flatMap(HeightReport.Cast::blockHash).map(Octets::hex)
                    .orElse(NIL);
            row.put("block", block);
            rows.add(row);
            power.merge(block, voter.getVotingPower(), Long::sum);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("power_by_block", power);
        tree.put("votes", rows);
        return tree;
    }
}
