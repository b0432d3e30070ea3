/// <summary>The help text.</summary>
internal static class Usage
{
    public const string Text = """
        dotnet run --project samples/EmulatorServer -- [OPTION]…

          --port N, --https-port N  where to listen on this machine; 0, the default, selects a free port
          --api-key KEY             the only key that is accepted; sk-emulator by default
          --allow-origin ORIGIN     allows pages of this origin, in addition to those of this machine; may be repeated
          --seed N                  makes all IDs the same from run to run; random by default
          --pace FACTOR             the speed of generation as a multiple of the playback speed, 0.01 to 1000; immediate by default; the service is about 4
          --speak-in-tones          speaks words that a test can decode from the audio
          --show-metadata           includes the metadata of a response in response.created
          --rules FILE              what the model says, calls and hears, MCP servers, and faults: a JSON file like rules.json in the sample
          --script FILE             plays this recording (JSON lines) to every client
          --accept-unknown-values   accepts values and members that this version does not know
          --service-date DATE       refuses what the service has shut down by this date, for example 2027-03-01
          --refuse-at-handshake     refuses wrong keys and models by HTTP status, not after the WebSocket handshake
          --answer-without-media    begins WebRTC calls without media instead of refusing their offers
          --ring URL                places a telephone call: posts a signed webhook to this URL on this machine
          --webhook-secret SECRET   the secret that signs the webhook, whsec_…; required by --ring
          --caller-says TEXT        what the caller says when the call has been accepted
          --caller-hangs-up         hangs up after these words
          --quiet                   logs no events, only violations
        """;
}
