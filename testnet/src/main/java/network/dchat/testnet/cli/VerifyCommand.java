package network.dchat.testnet.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import network.dchat.ledger.PortableProofVerifier;
import network.dchat.ledger.ProofReport;
import network.dchat.starter.node.GenesisFile;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.PortableProof;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dchat verify`: checks a portable proof with nothing but the genesis file.
@Command(name = "verify", description = "Checks a portable proof offline.",
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
    private static final long MAX_PROOF_BYTES = 16L * 1024 * 1024;

    @Parameters(paramLabel = "PROOF", description = "the proof, JSON")
    private Path proof = Path.of("");

    @Option(names = "--genesis", required = true, paramLabel = "FILE",
            description = "the network's genesis file")
    private Path genesis = Path.of("");

    @Option(names = "--json", description = "results as JSON")
    private boolean json;

    @Override
    public Integer call() {
        ProofReport report = verify(proof, genesis);
        if (json) {
            List<Map<String, Object>> steps = new ArrayList<>();
            report.steps().forEach(step -> steps.add(object(step)));
            Console.json(Map.of("holds", report.isValid(), "steps", steps));
        } else {
            report.steps().forEach(step -> Console.result((step.passed() ? "ok    " : "FAIL  ")
                    + step.name() + (step.reason().isEmpty() ? "" : ": " + step.reason())));
            Console.result(report.isValid() ? "the proof holds" : "the proof does NOT hold");
        }
        return report.isValid() ? ExitCode.OK.number() : ExitCode.FAILED.number();
    }

    /// Verifies the proof in a file.
    static ProofReport verify(Path proofFile, Path genesisFile) {
        Genesis genesis = GenesisFile.load(genesisFile);
        try {
            if (Files.size(proofFile) > MAX_PROOF_BYTES) {
                throw new ExitCode.Failure(ExitCode.FAILED, proofFile + ": " + Files.size(proofFile)
                        + " bytes (expected: at most " + MAX_PROOF_BYTES + ")");
            }
            PortableProof.Builder read = PortableProof.newBuilder();
            JsonFormat.parser().merge(Files.readString(proofFile), read);
            return PortableProofVerifier.of(genesis).verify(read.build());
        } catch (InvalidProtocolBufferException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    proofFile + " is no proof: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    genesisFile + " is no valid genesis: " + Console.reason(e));
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    proofFile + " cannot be read: " + Console.reason(e));
        }
    }

    private static Map<String, Object> object(ProofReport.Step step) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("step", step.name());
        object.put("holds", step.passed());
        object.put("detail", step.reason());
        return object;
    }
}
