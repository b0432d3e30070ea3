using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Recordings;

/// <summary>The output of a recorder, which the test can hold up or let fail.</summary>
internal sealed class TestOutput : Stream
{
    private readonly Lock _lock = new();
    private readonly MemoryStream _written = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Hangs { get; init; }

    public bool IgnoresToken { get; init; }

    public Exception? Throws { get; set; }

    /// <summary>Completes when the recorder writes for the first time.</summary>
    public Task Reached => _reached.Task;

    public string Text
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString(_written.ToArray());
        }
    }

    public IReadOnlyList<JsonObject> Lines => [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public IReadOnlyList<JsonObject> Decisions => [.. Lines.Select(line => line["decision"]).OfType<JsonObject>()];

    public IReadOnlyList<string> DecisionTypes => [.. Decisions.Select(decision => $"{decision["type"]}")];

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Release() => _released.TrySetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _reached.TrySetResult();
        if (Throws is { } exception)
            throw exception;
        if (Hangs)
            await _released.Task.WaitAsync(IgnoresToken ? CancellationToken.None : cancellationToken);
        lock (_lock)
            _written.Write(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Records with a recorder that is then disposed, and returns what it has written.</summary>
    public static async Task<TestOutput> RecordAsync(Action<SessionRecorder> record, SessionRecorderOptions? options = null)
    {
        var output = new TestOutput();
        await using (var recorder = new SessionRecorder(output, options))
            record(recorder);
        return output;
    }
}
