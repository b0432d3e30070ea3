using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>The mutable state of a turn. Used under the conversation's lock.</summary>
internal sealed class TurnState(string id, int index, TurnRole role, string? agent, DateTimeOffset startedAt, int maxText)
{
    private const string Separator = "\n";

    // The capacity is 1 because nearly all turns have one item, and turns are kept in memory.
    private readonly List<TurnItem> _items = new(1);
    private List<CallState>? _calls;
    private int _callLength;
    private TextBuffer _joined;
    private int _joinedVersion = -1;

    public TurnRole Role => role;

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

    /// <summary>The span of the agent's turn while it happens; null if no listener samples it.</summary>
    public Activity? Span { get; set; }

    /// <summary>The number of calls.</summary>
    public int CallCount => _calls?.Count ?? 0;

    /// <summary>The replies that will continue the turn after function calls.</summary>
    public int Continuations { get; set; }

    /// <summary>Whether text was dropped because the turn has more than the limit.</summary>
    public bool IsTextCut { get; private set; }

    /// <summary>Changes when text was replaced, not extended.</summary>
    public int TextVersion { get; private set; }

    public int TextLength => Text.Length;

    private TextSlice Text => _items is [var only] ? only.Text.Slice(0) : Joined();

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

    /// <summary>Adds a call of the agent. Its arguments are shown if there is room for them.</summary>
    public void Add(CallState call)
    {
        (_calls ??= new(1)).Add(call);
        call.HidesArguments = !Keeps(call.Arguments);
    }

    /// <summary>Returns an output as it is shown; null if there is no room for it.</summary>
    public string? Fit(string? output) => output is not null && Keeps(output) ? output : null;

    public void Append(TurnItem item, ReadOnlySpan<char> delta)
    {
        if (item.IsForgotten)
            return;
        item.Text.Append(Fitting(delta, Room));

        // Text that is inserted before other text is a replacement, not an extension.
        if (_items.Count > 1)
            _joinedVersion = -1;
        if (_items[^1] != item && _items.SkipWhile(other => other != item).Skip(1).Any(later => later.Text.Length > 0))
            TextVersion++;
    }

    public void Replace(TurnItem item, string text)
    {
        var shown = Fitting(text, Room + item.Text.Length);
        if (item.IsForgotten || item.Text.Slice(0).Span.SequenceEqual(shown))
            return;
        if (shown.StartsWith(item.Text.Slice(0).Span) && _items[^1] == item)
        {
            Append(item, shown[item.Text.Length..]);
            return;
        }
        item.Text.Replace(shown);
        _joinedVersion = -1;
        TextVersion++;
    }

    /// <summary>Called when the item was deleted from the server. Its text remains, unless <paramref name="text"/> is true.</summary>
    public void Delete(TurnItem item, bool text)
    {
        item.IsDeleted = true;
        if (text)
            Replace(item, "");
        item.IsForgotten = text;
    }

    public ConversationTurn Show()
    {
        var (duration, heard, isEstimated) = (SpeechDuration, SpeechDuration, false);
        foreach (var item in _items)
        {
            duration += item.Duration;
            heard += item.Heard;
            isEstimated |= role == TurnRole.Agent && item.IsEstimated;
        }
        return new()
        {
            Id = id,
            Index = index,
            Role = role,
            Agent = agent,
            TextOnRead = Text,
            HeardOnRead = role == TurnRole.User ? Text : HeardText(),
            IsHeardTextEstimated = isEstimated,
            WasInterrupted = WasInterrupted,
            IsComplete = IsComplete,
            StartedAt = startedAt,
            Duration = duration,
            HeardDuration = role == TurnRole.User ? duration : heard,
            Calls = ShowCalls(),
            ItemIds = _items.All(item => !item.IsDeleted) ? Ids() : [.. _items.Where(item => !item.IsDeleted).Select(item => item.Id)],
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

    /// <summary>Reserves room for a text of a call; returns false if there is not enough.</summary>
    private bool Keeps(string text)
    {
        if (text.Length > Room)
        {
            IsTextCut = true;
            return false;
        }
        _callLength += text.Length;
        return true;
    }

    /// <summary>The number of characters for which the turn still has room.</summary>
    private int Room
    {
        get
        {
            var room = maxText - _callLength;
            foreach (var item in _items)
                room -= item.Text.Length;
            return room;
        }
    }

    /// <summary>Returns the part of a text for which there is room, without splitting a surrogate pair.</summary>
    private ReadOnlySpan<char> Fitting(ReadOnlySpan<char> text, int room)
    {
        if (text.Length <= room)
            return text;
        IsTextCut = true;
        return text[..(room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room)];
    }

    private FunctionCall[] ShowCalls()
    {
        if (_calls is null)
            return [];
        var calls = new FunctionCall[_calls.Count];
        for (var i = 0; i < calls.Length; i++)
            calls[i] = _calls[i].Show();
        return calls;
    }

    private string[] Ids()
    {
        var ids = new string[_items.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _items[i].Id;
        return ids;
    }

    private TextSlice HeardText()
    {
        if (_items is [var only])
            return only.HeardText;
        var heard = new TextBuffer();
        foreach (var item in _items)
            Join(ref heard, item.HeardText);
        return heard.Slice(0);
    }

    private TextSlice Joined()
    {
        var version = TextVersion + _items.Sum(item => item.Text.Length);
        if (_joinedVersion != version)
        {
            _joined = default;
            foreach (var item in _items)
                Join(ref _joined, item.Text.Slice(0));
            _joinedVersion = version;
        }
        return _joined.Slice(0);
    }

    private static void Join(ref TextBuffer all, TextSlice text)
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

    /// <summary>The bytes of a sample whose rest has not been received.</summary>
    public int PartialSample { get; set; }

    /// <summary>The audio that was heard.</summary>
    public TimeSpan Heard { get; set; }

    public bool HasAudio { get; set; }

    /// <summary>Whether everything that was generated was heard.</summary>
    public bool WasHeardWhole { get; set; }

    /// <summary>Whether it was cut off before its end.</summary>
    public bool WasCut { get; set; }

    /// <summary>The number of characters that were heard, once it is known.</summary>
    public int HeardLength { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>Whether its text was deleted too, so that no more text is added.</summary>
    public bool IsForgotten { get; set; }

    public bool IsEstimated => HasAudio && WasCut && HeardLength > 0;

    /// <summary>The text that was heard. Text that arrived after the interruption shows whether the last word is complete.</summary>
    public TextSlice HeardText => !HasAudio || WasHeardWhole ? Text.Slice(0) : Text.Slice(0, Internal.HeardText.CutAtWord(Text.Slice(0).Span, HeardLength));
}
