namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Names the sentences for problems of lines and tables: LineProblemText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class LineProblemText;
