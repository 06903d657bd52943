using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>Which of the three headers a page has, and how wide it is. In a view: <c>ViewData.Use(Frame.Business)</c>.</summary>
public enum Frame
{
    /// <summary>White header, one column of 1168 px.</summary>
    Citizen,

    /// <summary>White header; the page sets its own width, part by part.</summary>
    Bare,

    /// <summary>White low header, 1280 px, dense.</summary>
    Business,

    /// <summary>Dark header: counter and merchant.</summary>
    Work,
}

/// <summary>What a view tells the layout, by name instead of by magic string.</summary>
public static class PageFrame
{
    /// <param name="data">The view's data.</param>
    /// <param name="title">The page's outcome, also its h1.</param>
    /// <param name="frame">Header and width.</param>
    public static void Page(this ViewDataDictionary data, string title, Frame frame = Frame.Citizen)
    {
        ArgumentNullException.ThrowIfNull(data);
        data["Title"] = title;
        data[nameof(Frame)] = frame;
    }

    public static Frame ChosenFrame(this ViewDataDictionary data) => data?[nameof(Frame)] is Frame frame ? frame : Frame.Citizen;

    /// <summary>The language switch posts this form instead of following a link, so that nothing typed is lost; see <see cref="LanguageSwitch"/>.</summary>
    public static void KeepForm(this ViewDataDictionary data, string formId)
    {
        ArgumentNullException.ThrowIfNull(data);
        data[nameof(KeepForm)] = formId;
    }

    public static string? KeptForm(this ViewDataDictionary data) => data?[nameof(KeepForm)] as string;
}
