using System.Globalization;
using System.Numerics;
using Realtime.Sdk.Testing;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    private const string Usage = """
        dotnet run --project samples/EmulatorServer -- [--port N] [--https-port N] [--api-key KEY] [--seed N] [--pace FACTOR] [--rules FILE] [--script FILE] [--quiet]

          --port, --https-port  where to listen on this machine; 0, the default, takes a free port
          --api-key             the one key that is accepted; sk-emulator by default
          --seed                makes all IDs the same from run to run; random by default
          --pace                generates answers so many times as fast as speech, from 0.01 to 1000; at once by default, about 4 is the service
          --rules               what the model says, calls and hears, MCP servers, and faults: a JSON file like rules.json beside this program
          --script              plays this recording (JSON lines) to every client
          --quiet               logs no events, only violations
        """;

    public int Port { get; private set; }

    public int HttpsPort { get; private set; }

    public string ApiKey { get; private set; } = "sk-emulator";

    public int? Seed { get; private set; }

    public EmulatorPace Pace { get; private set; }

    public string? Rules { get; private set; }

    public string? Script { get; private set; }

    public bool Quiet { get; private set; }

    /// <summary>Reads the command line; null, and the usage on the error stream, when it is not valid.</summary>
    public static Arguments? Parse(string[] args)
    {
        var given = new Arguments();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var name))
        {
            if (!given.Take(name, rest))
            {
                Console.Error.WriteLine(Usage);
                return null;
            }
        }
        return given;
    }

    private bool Take(string name, Queue<string> rest) => name switch
    {
        "--port" => Number<int>(rest, 0, 65_535, port => Port = port),
        "--https-port" => Number<int>(rest, 0, 65_535, port => HttpsPort = port),
        "--api-key" => Text(rest, key => ApiKey = key),
        "--seed" => Number<int>(rest, int.MinValue, int.MaxValue, seed => Seed = seed),
        "--pace" => Number<double>(rest, 0.01, 1000, factor => Pace = EmulatorPace.AtFactor(factor)),
        "--rules" => Text(rest, file => Rules = file),
        "--script" => Text(rest, file => Script = file),
        "--quiet" => Quiet = true,
        _ => false,
    };

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
