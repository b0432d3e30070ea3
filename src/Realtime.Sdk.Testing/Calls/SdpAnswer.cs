using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Creates a well-formed SDP answer that rejects every media section, because the emulator has no WebRTC stack.</summary>
internal static class SdpAnswer
{
    public static string CreateRejection(SdpOffer offer)
    {
        var answer = new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
        foreach (var section in offer.Sections)
        {
            answer.Append($"m={section.Media} 0 {section.Protocol} {string.Join(' ', section.Formats)}\r\nc=IN IP4 0.0.0.0\r\n");
            if (section.Mid is { } mid)
                answer.Append($"a=mid:{mid}\r\n");
            answer.Append("a=inactive\r\n");
        }
        return answer.ToString();
    }
}
