using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>The mutable state of a turn. Used under the conversation's lock.</summary>
internal sealed class TurnState(string id, int index, TurnRole role, string? agent, DateTimeOffset startedAt, int maxText)
{
    private const string Separator = "\n";

    // The capacity is 1 because nearly all turns have one item, and turns are kept in memory.
    private readonly List<TurnItem> _items = new(1);
    private List<CallState>? _calls;
    private int _callTextLength;
    private TextBuffer _joined;
    private int _joinedVersion = -1;

    public TurnRole Role => role;

    /// <summary>The name of the agent; null for a turn of the user.</summary>
    public string? Agent => agent;

    public int Index => index;

    public IReadOnlyList<TurnItem> Items => _items;

    /// <summary>Whether the turn can be completed. It is completed when all turns before it are complete.</summary>
    public bool IsReady { get; set; }

    public bool IsComplete { get; set; }

    public bool WasInterrupted { get; set; }

    /// <summary>Whether the speech of a user's turn was committed.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>The duration of the user's speech if no item has audio of a known duration.</summary>
    public TimeSpan SpeechDuration { get; set; }

    public ConversationUsage Usage { get; set; } = ConversationUsage.None;

    /// <summary>The span of the agent's turn while it is in progress; null if no listener samples it.</summary>
    public Activity? Span { get; set; }

    /// <summary>The number of calls.</summary>
    public int CallCount => _calls?.Count ?? 0;

    /// <summary>The number of replies that will continue the turn after function calls.</summary>
    public int Continuations { get; set; }

    /// <summary>Whether text was dropped because the turn exceeded the maximum length.</summary>
    public bool IsTextTruncated { get; private set; }

    /// <summary>A number that changes when text was replaced or inserted, but not when it was extended.</summary>
    public int TextVersion { get; private set; }

    public int TextLength => Text.Length;

    private TextSlice Text => _items is [var only] ? only.Text.Slice(0) : JoinText();

    public TextSlice TextFrom(int start)
    {
        var text = Text;
        return _items is [var only] ? only.Text.Slice(Math.Min(start, text.Length)) : _joined.Slice(Math.Min(start, text.Length));
    }

    public TurnItem AddItem(string itemId)
    {
        var item = new TurnItem(itemId, this);
        _items.Add(item);
        return item;
    }

    /// <summary>Adds a call of the agent. Snapshots omit its arguments if they exceed the remaining length.</summary>
    public void Add(CallState call)
    {
        (_calls ??= new(1)).Add(call);
        call.OmitsArguments = !TryReserve(call.Arguments);
    }

    /// <summary>Returns an output for snapshots; null if it exceeds the remaining length.</summary>
    public string? LimitOutput(string? output) => output is not null && TryReserve(output) ? output : null;

    public void Append(TurnItem item, ReadOnlySpan<char> delta)
    {
        // An item may be deleted while it is generated. Its later text must not appear again.
        if (item.IsTextDeleted)
            return;
        item.Text.Append(Truncate(delta, RemainingLength));

        // Text that is inserted before other text is a replacement, not an extension.
        if (_items.Count > 1)
            _joinedVersion = -1;
        if (_items[^1] != item && _items.SkipWhile(other => other != item).Skip(1).Any(later => later.Text.Length > 0))
            TextVersion++;
    }

    public void Replace(TurnItem item, string text)
    {
        var visible = Truncate(text, RemainingLength + item.Text.Length);
        if (item.IsTextDeleted || item.Text.Slice(0).Span.SequenceEqual(visible))
            return;

        // A final text usually extends the deltas. Readers then get only the new part.
        if (visible.StartsWith(item.Text.Slice(0).Span) && _items[^1] == item)
        {
            Append(item, visible[item.Text.Length..]);
            return;
        }
        item.Text.Replace(visible);
        _joinedVersion = -1;
        TextVersion++;
    }

    /// <summary>Marks an item as deleted from the server. Its text remains unless <paramref name="deletesText"/> is true.</summary>
    public void Delete(TurnItem item, bool deletesText)
    {
        item.IsDeleted = true;
        if (deletesText)
            Replace(item, "");
        item.IsTextDeleted = deletesText;
    }

    public ConversationTurn ToSnapshot()
    {
        var (duration, heard, isEstimated) = (SpeechDuration, SpeechDuration, false);
        foreach (var item in _items)
        {
            duration += item.Duration;
            heard += item.HeardDuration;
            isEstimated |= role == TurnRole.Agent && item.IsEstimated;
        }
        return new()
        {
            Id = id,
            Index = index,
            Role = role,
            Agent = agent,
            LazyText = Text,
            LazyHeardText = role == TurnRole.User ? Text : GetHeardText(),
            IsHeardTextEstimated = isEstimated,
            WasInterrupted = WasInterrupted,
            IsComplete = IsComplete,
            StartedAt = startedAt,
            Duration = duration,
            HeardDuration = role == TurnRole.User ? duration : heard,
            Calls = SnapshotCalls(),
            ItemIds = _items.All(item => !item.IsDeleted) ? GetItemIds() : [.. _items.Where(item => !item.IsDeleted).Select(item => item.Id)],
            Usage = Usage,
        };
    }

    /// <summary>Releases the capacity that was reserved for more text.</summary>
    public void Trim()
    {
        foreach (var item in _items)
            item.Text.Trim();
        _joined.Trim();
    }

    /// <summary>Reserves the length of a text of a call; returns false if it exceeds the remaining length.</summary>
    private bool TryReserve(string text)
    {
        if (text.Length > RemainingLength)
        {
            IsTextTruncated = true;
            return false;
        }
        _callTextLength += text.Length;
        return true;
    }

    /// <summary>The number of characters that can be added to the turn.</summary>
    private int RemainingLength
    {
        get
        {
            var remaining = maxText - _callTextLength;
            foreach (var item in _items)
                remaining -= item.Text.Length;
            return remaining;
        }
    }

    /// <summary>Truncates a text to a maximum length, without splitting a surrogate pair.</summary>
    private ReadOnlySpan<char> Truncate(ReadOnlySpan<char> text, int maxLength)
    {
        if (text.Length <= maxLength)
            return text;
        IsTextTruncated = true;
        return text[..(maxLength > 0 && char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    private FunctionCall[] SnapshotCalls()
    {
        if (_calls is null)
            return [];
        var calls = new FunctionCall[_calls.Count];
        for (var i = 0; i < calls.Length; i++)
            calls[i] = _calls[i].ToSnapshot();
        return calls;
    }

    private string[] GetItemIds()
    {
        var ids = new string[_items.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _items[i].Id;
        return ids;
    }

    private TextSlice GetHeardText()
    {
        if (_items is [var only])
            return only.HeardText;
        var heard = new TextBuffer();
        foreach (var item in _items)
            AppendPart(ref heard, item.HeardText);
        return heard.Slice(0);
    }

    private TextSlice JoinText()
    {
        // Cached, because the text is read for each delta. The sum changes with every change of an item.
        var version = TextVersion + _items.Sum(item => item.Text.Length);
        if (_joinedVersion != version)
        {
            _joined = default;
            foreach (var item in _items)
                AppendPart(ref _joined, item.Text.Slice(0));
            _joinedVersion = version;
        }
        return _joined.Slice(0);
    }

    private static void AppendPart(ref TextBuffer all, TextSlice text)
    {
        if (text.Length == 0)
            return;
        if (all.Length > 0)
            all.Append(Separator);
        all.Append(text.Span);
    }
}

/// <summary>One item of a turn: its text and how much of its audio was heard.</summary>
internal sealed class TurnItem(string id, TurnState turn)
{
    // A field, not a property, because the buffer is a mutable struct.
    public TextBuffer Text;

    public string Id => id;

    public TurnState Turn => turn;

    /// <summary>The duration of the audio that was received or, if the service plays it, that the service has reported.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>The number of bytes of an incomplete sample at the end of the audio that was received.</summary>
    public int PartialSample { get; set; }

    /// <summary>The duration of the audio that was heard.</summary>
    public TimeSpan HeardDuration { get; set; }

    public bool HasAudio { get; set; }

    /// <summary>Whether everything that was generated was heard.</summary>
    public bool WasHeardCompletely { get; set; }

    /// <summary>Whether its playback was stopped before its end.</summary>
    public bool WasStopped { get; set; }

    /// <summary>The number of characters that were heard, once it is known.</summary>
    public int HeardLength { get; set; }

    /// <summary>Whether a guardrail has stopped it before it counted as heard.</summary>
    public bool IsRetracted { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>Whether its text was deleted too, so that no more text is added.</summary>
    public bool IsTextDeleted { get; set; }

    public bool IsEstimated => HasAudio && WasStopped && HeardLength > 0;

    /// <summary>The text that was heard. Text that arrived after the interruption shows whether the last word is complete.</summary>
    public TextSlice HeardText => IsRetracted ? default : !HasAudio || WasHeardCompletely ? Text.Slice(0) : Text.Slice(0, Internal.HeardTextEstimator.TrimToWord(Text.Slice(0).Span, HeardLength));
}
