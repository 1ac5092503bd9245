package network.dchat.validator.rest;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.dchat.identity.Octets;
import network.dchat.validator.chain.PendingEvidence;
import network.dchat.validator.postgres.EvidenceRows;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Vote;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Evidence of equivocation over HTTP: what stands in blocks, the newest first, a page at a time,
/// and what was seen here and waits for a block.
@RestController
@RequestMapping(path = "/chain/evidence", produces = MediaType.APPLICATION_JSON_VALUE)
public final class EvidenceController {
    private static final int PAGE = 50;
    private static final Pattern CURSOR = Pattern.compile("(\\d{1,18})-(\\d{1,9})");

    private final EvidenceRows rows;
    private final PendingEvidence pending;
    private final Reads reads;

    /// A controller over index and memory.
    EvidenceController(EvidenceRows rows, PendingEvidence pending, Reads reads) {
        this.rows = rows;
        this.pending = pending;
        this.reads = reads;
    }

    /// A page of evidence.
    ///
    /// @param cursor `next` of the page before
    /// @param height only of offences at this height
    @GetMapping
    public Mono<Map<String, Object>> evidence(@RequestParam(defaultValue = "") String cursor,
            @RequestParam(defaultValue = "") String height) {
        return reads.offLoop(() -> {
            OptionalLong offence = height.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Heights.parse(height));
            List<EvidenceRows.Committed> found = page(cursor, offence);
            boolean more = found.size() > PAGE;
            List<EvidenceRows.Committed> shown = more ? found.subList(0, PAGE) : found;
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("committed", shown.stream().map(EvidenceController::committed).toList());
            answer.put("pending",
                    pending.all().stream()
                            .filter(each -> offence.isEmpty()
                                    || each.getVoteA().getHeight() == offence.getAsLong())
                            .map(each -> describe(each, new LinkedHashMap<>())).toList());
            if (more) {
                answer.put("next", shown.getLast().height() + "-" + shown.getLast().position());
            }
            return answer;
        });
    }

    private List<EvidenceRows.Committed> page(String cursor, OptionalLong offence) {
        if (cursor.isEmpty()) {
            return rows.before(Long.MAX_VALUE, 0, offence, PAGE + 1);
        }
        Matcher matcher = CURSOR.matcher(cursor);
        if (!matcher.matches()) {
            throw ChainProblem.of(ChainProblem.Kind.MALFORMED,
                    "cursor: none (expected: that of an earlier answer)");
        }
        return rows.before(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                offence, PAGE + 1);
    }

    private static Map<String, Object> committed(EvidenceRows.Committed found) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("height", found.height());
        tree.put("position", found.position());
        return describe(found.evidence().getDuplicateVoteEvidence(), tree);
    }

    private static Map<String, Object> describe(DuplicateVoteEvidence evidence,
            Map<String, Object> tree) {
        Vote vote = evidence.getVoteA();
        tree.put("kind", "duplicate_vote");
        tree.put("validator", Octets.hex(vote.getValidatorAddress()));
        tree.put("offence_height", vote.getHeight());
        tree.put("offence_round", vote.getRound());
        tree.put("vote_type", vote.getType().name());
        tree.put("blocks", List.of(block(vote), block(evidence.getVoteB())));
        tree.put("validator_power", evidence.getValidatorPower());
        tree.put("total_power", evidence.getTotalVotingPower());
        tree.put("time", Instant.ofEpochSecond(evidence.getTimestamp().getSeconds(),
                evidence.getTimestamp().getNanos()).toString());
        return tree;
    }

    private static String block(Vote vote) {
        return vote.getBlockId().getHash().isEmpty()
                ? "nil"
                : Octets.hex(vote.getBlockId().getHash());
    }
}
