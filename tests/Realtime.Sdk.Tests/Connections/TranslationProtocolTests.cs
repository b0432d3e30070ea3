using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Connections;

public sealed class TranslationProtocolTests
{
    private static readonly TranslationClientEvent Update = new TranslationSessionUpdateEvent { EventId = "e1", Session = new() };
    private static readonly TranslationClientEvent Close = new TranslationSessionCloseEvent { EventId = "e1" };
    private static readonly TranslationServerEvent Updated = new TranslationSessionUpdatedEvent { Session = new() { Configuration = new TranslationSessionConfiguration() } };
    private static readonly TranslationServerEvent Closed = new TranslationSessionClosedEvent();

    public static TheoryData<TranslationClientEvent, TranslationServerEvent, bool> Replies => new()
    {
        { Update, Updated, true },
        { Update, Closed, false },
        { Close, Closed, true },
        { Close, Updated, false },
        { new TranslationSessionInputAudioBufferAppendEvent(), Updated, false },
        { Update, Error(null), true },
        { Update, Error(""), true },
        { Update, Error("e1"), true },
        { Update, Error("e2"), false },
    };

    [Theory, MemberData(nameof(Replies))]
    public void A_reply_is_the_confirmation_or_an_error_of_the_request_or_of_none(TranslationClientEvent sent, TranslationServerEvent received, bool isReply) =>
        TranslationProtocol.Instance.IsReply(sent, received).Should().Be(isReply);

    private static TranslationErrorEvent Error(string? eventId) => new() { Error = new() { Message = "No.", EventId = eventId } };
}
