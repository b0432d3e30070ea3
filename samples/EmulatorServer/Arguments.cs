using System.Globalization;
using System.Numerics;
using Realtime.Sdk.Testing;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    public RealtimeEmulatorOptions Emulator { get; private set; } = new() { KeepsHistory = false };

    public EmulatorModelOptions Model { get; private set; } = new() { MaxKeptAudioBytes = 256 * 1024, MaxItems = 200 };

    public string? Rules { get; private set; }

    public string? Script { get; private set; }

    public TelephoneCall Call { get; private set; } = new();

    public bool IsQuiet { get; private set; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It is not valid.</exception>
    public static Arguments Parse(string[] args)
    {
        var arguments = new Arguments();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var name))
        {
            var value = rest.FirstOrDefault();
            if (!arguments.TryRead(name, rest))
                throw new ArgumentException($"{name} {value ?? "(nothing)"} is not valid. See --help.");
        }
        return arguments.Call.Webhook is null || arguments.Call.Secret is not null ? arguments : throw new ArgumentException("--ring needs --webhook-secret.");
    }

    private bool TryRead(string name, Queue<string> rest) => name switch
    {
        "--port" => Number<int>(rest, 0, 65_535, port => Emulator = Emulator with { HttpPort = port }),
        "--https-port" => Number<int>(rest, 0, 65_535, port => Emulator = Emulator with { HttpsPort = port }),
        "--api-key" => Text(rest, key => Emulator = Emulator with { ApiKey = key }),
        "--allow-origin" => Text(rest, origin => Emulator = Emulator with { AllowedOrigins = [.. Emulator.AllowedOrigins, origin] }),
        "--seed" => Number<int>(rest, int.MinValue, int.MaxValue, seed => Emulator = Emulator with { Seed = seed }),
        "--pace" => Number<double>(rest, 0.01, 1000, factor => Model = Model with { Pace = EmulatorPace.AtFactor(factor) }),
        "--speak-in-tones" => Set(() => Model = Model with { SpeaksInTones = true }),
        "--show-metadata" => Set(() => Model = Model with { ShowsMetadataInCreated = true }),
        "--rules" => Text(rest, file => Rules = file),
        "--script" => Text(rest, file => Script = file),
        "--accept-unknown-values" => Set(() => Emulator = Emulator with { AcceptsUnknownValues = true }),
        "--service-date" => Text(rest, date => Emulator = Emulator with { ServiceDate = DateOnly.Parse(date, CultureInfo.InvariantCulture) }, text => DateOnly.TryParse(text, CultureInfo.InvariantCulture, out _)),
        "--refuse-at-handshake" => Set(() => Emulator = Emulator with { RefusesAtHandshake = true }),
        "--answer-without-media" => Set(() => Emulator = Emulator with { AnswersWithoutMedia = true }),
        "--ring" => Text(rest, url => Call = Call with { Webhook = new(url) }, url => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsLoopback),
        "--webhook-secret" => Text(rest, secret => Call = Call with { Secret = new(secret) }),
        "--caller-says" => Text(rest, words => Call = Call with { Words = words }),
        "--caller-hangs-up" => Set(() => Call = Call with { HangsUp = true }),
        "--quiet" => IsQuiet = true,
        _ => false,
    };

    private static bool Set(Action set)
    {
        set();
        return true;
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
