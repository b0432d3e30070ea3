/// <summary>What the command line may be.</summary>
internal static class Usage
{
    public const string Text = """
        dotnet run --project samples/EmulatorServer -- [OPTION]…

          --port N, --https-port N  where to listen on this machine; 0, the default, takes a free port
          --api-key KEY             the one key that is accepted; sk-emulator by default
          --allow-origin ORIGIN     whose pages may call, beside those of this machine; may be given several times
          --seed N                  makes all IDs the same from run to run; random by default
          --pace FACTOR             generates answers so many times as fast as speech, from 0.01 to 1000; at once by default, about 4 is the service
          --speak-in-tones          speaks words that a test can read back from the audio
          --rules FILE              what the model says, calls and hears, MCP servers, and faults: a JSON file like rules.json beside this program
          --script FILE             plays this recording (JSON lines) to every client
          --accept-unknown-values   accepts words and members that this version does not know
          --service-date DATE       refuses what the service has shut down by then, for example 2027-03-01
          --refuse-at-handshake     refuses wrong keys and models by HTTP status, not after the WebSocket is open
          --answer-without-media    begins WebRTC calls without media instead of refusing their offers
          --ring URL                calls by telephone: posts a signed webhook to this address of this machine
          --webhook-secret SECRET   what the webhook is signed with, whsec_…
          --caller-says TEXT        what the caller says once the call is accepted
          --quiet                   logs no events, only violations
        """;
}
