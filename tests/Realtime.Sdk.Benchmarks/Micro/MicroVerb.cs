using System.Buffers;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The verb <c>micro</c>: measures the single-threaded rows with BenchmarkDotNet, as a check of this project's measurements.</summary>
internal static class MicroVerb
{
    public static int Run(string[] options)
    {
        BenchmarkSwitcher.FromTypes([typeof(ParseBenchmarks), typeof(WriteBenchmarks)])
            .Run(options.Length > 0 ? options : ["--filter", "*"], DefaultConfig.Instance.WithOptions(ConfigOptions.JoinSummary));
        return 0;
    }
}

/// <summary>One message, from bytes to the object that a program uses.</summary>
[MemoryDiagnoser]
public class ParseBenchmarks
{
    private readonly ServerEventReader _reader = new();
    private byte[] _message = [], _pcm = new byte[16384];
    private BinaryData _binary = new([]);

    /// <summary>The type of the message.</summary>
    [Params("response.output_audio.delta", "response.output_audio_transcript.delta", "session.created", "response.done")]
    public string Type { get; set; } = "";

    /// <summary>Selects the message from the turn.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _message = VoiceTurn.Instance.First(Type).Utf8;
        _binary = BinaryData.FromBytes(_message);
    }

    /// <summary>The official package.</summary>
    [Benchmark(Baseline = true)]
    public object ByOfficial() => Official.Read(_binary);

    /// <summary>This SDK, with records.</summary>
    [Benchmark]
    public object ByOursOwned() => _reader.Read(_message);

    /// <summary>This SDK, with the public method.</summary>
    [Benchmark]
    public object ByOursDeserialize() => RealtimeJson.Deserialize<ServerEvent>(_message);

    /// <summary>This SDK, with audio passed to a handler; false for other events.</summary>
    [Benchmark]
    public bool ByOursLeased() => _reader.TryReadOutputAudio(_message, ref _pcm, out _);

    /// <summary>Scans every token, and decodes the base64 of audio.</summary>
    [Benchmark]
    public int ByFloor() => Type.EndsWith("audio.delta", StringComparison.Ordinal) ? Floor.ScanAndDecode(_message, _pcm) : Floor.Scan(_message);
}

/// <summary>A chunk of microphone audio, from PCM to the bytes that are passed to a socket.</summary>
[MemoryDiagnoser]
public class WriteBenchmarks
{
    private readonly ArrayBufferWriter<byte> _writer = new(16384);
    private readonly byte[] _text = new byte[16384];
    private byte[] _pcm = [];

    /// <summary>The length of the chunk.</summary>
    [Params(20, 100)]
    public int Milliseconds { get; set; }

    /// <summary>Creates the chunk.</summary>
    [GlobalSetup]
    public void Setup() => _pcm = new WireIds().Bytes(48 * Milliseconds);

    /// <summary>The official package.</summary>
    [Benchmark(Baseline = true)]
    public int ByOfficial() => Official.WriteAppend(BinaryData.FromBytes(_pcm)).Length;

    /// <summary>This SDK.</summary>
    [Benchmark]
    public int ByOurs()
    {
        _writer.ResetWrittenCount();
        InputAudioBufferAppendEvent.Write(_pcm, _writer);
        return _writer.WrittenCount;
    }

    /// <summary>Only the encoding to base64.</summary>
    [Benchmark]
    public int ByFloor() => Floor.Encode(_pcm, _text);
}
