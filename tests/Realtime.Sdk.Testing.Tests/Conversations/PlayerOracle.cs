namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What must be true of the audio that the player was given, and of what the server is told about it.</summary>
internal sealed class PlayerOracle(TestPlayer player, IReadOnlyList<LogEntry> log, IReadOnlyList<ConversationTurn> turns)
{
    private static readonly TimeSpan MaxError = TimeSpan.FromMilliseconds(20);

    private readonly List<PlayedItem> _items = [];

    public IEnumerable<string> Check()
    {
        foreach (var piece in player.Pieces)
        {
            if (Find(piece) is not { } item)
            {
                yield return $"The player was given {piece.Audio.Length} bytes at {piece.Start} that no item continues with.";
                continue;
            }
            item.Position += piece.Audio.Length;
            item.Emitted += piece.Emitted;
            if (IsCutBefore(item, piece.Index) is { } cut)
                yield return $"The player was given audio of {item.Id} after {cut.Text} of {cut.At}.";
        }
        foreach (var entry in log.Where(entry => entry is { Kind: LogKind.Sent, Text: "conversation.item.truncate" }))
        {
            if (CheckTruncation(entry) is { } failure)
                yield return failure;
        }
        foreach (var failure in CheckHeard())
            yield return failure;
    }

    /// <summary>Checks that no more was heard than was played. Not by turn, because the model may say the same twice.</summary>
    private IEnumerable<string> CheckHeard()
    {
        if (!player.IsHonest)
            yield break;
        var heard = TimeSpan.FromTicks(turns.Where(turn => turn.Role == TurnRole.Agent).Sum(turn => turn.HeardDuration.Ticks));
        var emitted = TimeSpan.FromTicks(_items.Sum(item => item.Emitted.Ticks));
        if (heard > emitted + (MaxError * (_items.Count + 1)))
            yield return $"The turns were heard for {heard}, and the player emitted {emitted}.";
    }

    /// <summary>The item whose audio goes on with that of a piece: first the one that was played last.</summary>
    private PlayedItem? Find(PlayedPiece piece)
    {
        if (_items.Count > 0 && Continues(_items[^1], piece))
            return _items[^1];
        PlayedItem? cut = null;
        foreach (var received in log.Take(piece.Index).Where(entry => entry is { Kind: LogKind.Received, Audio.IsEmpty: false }))
        {
            var id = received.Json.Text("item_id")!;
            if (_items.Exists(item => item.Id == id))
                continue;
            var item = new PlayedItem(id, received.Json.Text("response_id")!);
            if (!Continues(item, piece))
                continue;

            // The model may say the same twice, for example that it may not call a tool.
            if (IsCutBefore(item, piece.Index) is null)
                return Add(item);
            cut ??= item;
        }
        return cut is null ? null : Add(cut);
    }

    private PlayedItem Add(PlayedItem item)
    {
        _items.Add(item);
        return item;
    }

    private bool Continues(PlayedItem item, PlayedPiece piece)
    {
        var audio = ReceivedOf(item.Id, piece.Index);
        return audio.Length >= item.Position + piece.Audio.Length && audio.AsSpan(item.Position, piece.Audio.Length).SequenceEqual(piece.Audio);
    }

    private byte[] BeginningOf(string itemId) => [.. ReceivedOf(itemId, log.Count).Take(4_800)];

    private byte[] ReceivedOf(string itemId, int before) =>
        [.. log.Take(before).Where(entry => entry.Kind == LogKind.Received && !entry.Audio.IsEmpty && entry.Json.Text("item_id") == itemId).SelectMany(entry => entry.Audio.ToArray())];

    private LogEntry? IsCutBefore(PlayedItem item, int index) => log.Take(index).FirstOrDefault(entry => entry.Kind == LogKind.Sent && entry.Text switch
    {
        "conversation.item.truncate" => entry.Json.Text("item_id") == item.Id,

        // A piece may be on its way to the player when the response is canceled.
        "response.cancel" => entry.Json.Text("response_id") == item.ResponseId && entry.At < log[index - 1].At,
        _ => false,
    });

    private string? CheckTruncation(LogEntry entry)
    {
        var id = entry.Json.Text("item_id");
        var end = TimeSpan.FromMilliseconds(entry.Json.Member("audio_end_ms").GetInt64());

        // Which of several items with the same words was played is not known.
        var beginning = BeginningOf(id!);
        var same = _items.Where(item => item.Id == id || BeginningOf(item.Id).SequenceEqual(beginning)).ToList();
        var emitted = same.Select(item => item.Emitted).DefaultIfEmpty().Max();
        if (player.IsHonest && end > emitted)
            return $"{id} was truncated at {end.TotalMilliseconds} ms, and the player emitted {emitted.TotalMilliseconds} ms.";
        if (player.IsExact && same.Count < 2 && emitted - end > MaxError)
            return $"{id} was truncated at {end.TotalMilliseconds} ms already, and the player emitted {emitted.TotalMilliseconds} ms.";
        return null;
    }

    private sealed class PlayedItem(string id, string responseId)
    {
        public string Id => id;

        public string ResponseId => responseId;

        public int Position { get; set; }

        public TimeSpan Emitted { get; set; }
    }
}
