using System.Globalization;
using System.Numerics;
using Realtime.Sdk.Testing;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    private const string Usage = """
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

    public int Port { get; private set; }

    public int HttpsPort { get; private set; }

    public string ApiKey { get; private set; } = "sk-emulator";

    public List<string> Origins { get; } = [];

    public int? Seed { get; private set; }

    public EmulatorPace Pace { get; private set; }

    public bool SpeaksInTones { get; private set; }

    public string? Rules { get; private set; }

    public string? Script { get; private set; }

    public bool AcceptsUnknownValues { get; private set; }

    public DateOnly? ServiceDate { get; private set; }

    public bool RefusesAtHandshake { get; private set; }

    public bool AnswersWithoutMedia { get; private set; }

    public Uri? Webhook { get; private set; }

    public string? WebhookSecret { get; private set; }

    public string? CallerWords { get; private set; }

    public bool Quiet { get; private set; }

    /// <summary>Reads the command line; null, and the usage on the error stream, when it is not valid.</summary>
    public static Arguments? Parse(string[] args)
    {
        var given = new Arguments();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var name))
        {
            if (!given.Take(name, rest))
                return Refuse();
        }
        return given.Webhook is null || given.WebhookSecret is not null ? given : Refuse();
    }

    private bool Take(string name, Queue<string> rest) => name switch
    {
        "--port" => Number<int>(rest, 0, 65_535, port => Port = port),
        "--https-port" => Number<int>(rest, 0, 65_535, port => HttpsPort = port),
        "--api-key" => Text(rest, key => ApiKey = key),
        "--allow-origin" => Text(rest, Origins.Add),
        "--seed" => Number<int>(rest, int.MinValue, int.MaxValue, seed => Seed = seed),
        "--pace" => Number<double>(rest, 0.01, 1000, factor => Pace = EmulatorPace.AtFactor(factor)),
        "--speak-in-tones" => SpeaksInTones = true,
        "--rules" => Text(rest, file => Rules = file),
        "--script" => Text(rest, file => Script = file),
        "--accept-unknown-values" => AcceptsUnknownValues = true,
        "--service-date" => Text(rest, date => ServiceDate = DateOnly.Parse(date, CultureInfo.InvariantCulture), date => DateOnly.TryParse(date, CultureInfo.InvariantCulture, out _)),
        "--refuse-at-handshake" => RefusesAtHandshake = true,
        "--answer-without-media" => AnswersWithoutMedia = true,
        "--ring" => Text(rest, url => Webhook = new(url), url => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsLoopback),
        "--webhook-secret" => Text(rest, secret => WebhookSecret = secret),
        "--caller-says" => Text(rest, words => CallerWords = words),
        "--quiet" => Quiet = true,
        _ => false,
    };

    private static Arguments? Refuse()
    {
        Console.Error.WriteLine(Usage);
        return null;
    }

    private static bool Number<T>(Queue<string> rest, T min, T max, Action<T> set) where T : INumber<T> =>
        Text(rest, text => set(T.Parse(text, CultureInfo.InvariantCulture)), text => T.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max);

    private static bool Text(Queue<string> rest, Action<string> set, Predicate<string>? isValid = null)
    {
        if (!rest.TryDequeue(out var text) || isValid?.Invoke(text) == false)
            return false;
        set(text);
        return true;
    }
}
