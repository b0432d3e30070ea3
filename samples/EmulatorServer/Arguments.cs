/// <summary>The command line.</summary>
internal sealed class Arguments
{
    private const string Usage = """
        dotnet run --project samples/EmulatorServer -- [--port N] [--https-port N] [--api-key KEY] [--realtime-pace] [--script FILE] [--quiet]

          --port, --https-port  where to listen on this machine; 0, the default, takes a free port
          --api-key             the one key that is taken; sk-emulator by default
          --realtime-pace       answers as somebody speaks, not at once
          --script              plays this recording (JSON lines) to every client
          --quiet               logs no events
        """;

    public int Port { get; private set; }

    public int HttpsPort { get; private set; }

    public string ApiKey { get; private set; } = "sk-emulator";

    public bool RealtimePace { get; private set; }

    public string? Script { get; private set; }

    public bool Quiet { get; private set; }

    /// <summary>Reads the command line; null, and the usage on the error stream, when it cannot be read.</summary>
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

    private bool Take(string name, Queue<string> rest)
    {
        switch (name)
        {
            case "--realtime-pace":
                return RealtimePace = true;
            case "--quiet":
                return Quiet = true;
            case "--port":
                return TakePort(rest, port => Port = port);
            case "--https-port":
                return TakePort(rest, port => HttpsPort = port);
            case "--api-key" when rest.TryDequeue(out var key):
                ApiKey = key;
                return true;
            case "--script" when rest.TryDequeue(out var file):
                Script = file;
                return true;
            default:
                return false;
        }
    }

    private static bool TakePort(Queue<string> rest, Action<int> set)
    {
        if (!rest.TryDequeue(out var text) || !int.TryParse(text, out var port) || port is < 0 or > 65_535)
            return false;
        set(port);
        return true;
    }
}
