using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>The six states a thing can show (design: status = shape + word + colour).</summary>
public enum StatusKind
{
    /// <summary>Filled circle with a tick.</summary>
    Done,

    /// <summary>Half circle: answered, in work.</summary>
    InWork,

    /// <summary>Ring: new, waiting.</summary>
    Waiting,

    /// <summary>Triangle: needs a reason.</summary>
    NeedsReason,

    /// <summary>Octagon with a bar: stopped, refused, below target.</summary>
    Stopped,

    /// <summary>Dashed diamond: missing.</summary>
    Missing,
}

/// <summary>The shapes of the states.</summary>
public static class Glyphs
{
    public static IHtmlContent Of(StatusKind kind) => Element.Raw("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">" + Inside(kind) + "</svg>");

    public static string Suffix(StatusKind kind) => kind switch
    {
        StatusKind.Done => "ok",
        StatusKind.InWork => "go",
        StatusKind.Waiting => "wait",
        StatusKind.NeedsReason => "warn",
        StatusKind.Stopped => "stop",
        _ => "miss",
    };

    internal static string Inside(StatusKind kind) => kind switch
    {
        StatusKind.Done => "<circle cx=\"6\" cy=\"6\" r=\"6\" fill=\"currentColor\"/><path d=\"M3 6.2 5.2 8.3 9 4\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.7\"/>",
        StatusKind.InWork => "<circle cx=\"6\" cy=\"6\" r=\"5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><path d=\"M6 1a5 5 0 0 1 0 10z\" fill=\"currentColor\"/>",
        StatusKind.Waiting => "<circle cx=\"6\" cy=\"6\" r=\"5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>",
        StatusKind.NeedsReason => "<path d=\"M6 .6 12 11.4H0z\" fill=\"currentColor\"/>",
        StatusKind.Stopped => "<path d=\"M3.5 0h5L12 3.500v5L8.500 12h-5L0 8.500v-5z\" fill=\"currentColor\"/><path d=\"M2.800 6h6.400\" stroke=\"#fff\" stroke-width=\"1.8\"/>",
        _ => "<path d=\"M6 .8 11.200 6 6 11.200.8 6z\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.4\" stroke-dasharray=\"2 1.4\"/>",
    };
}
