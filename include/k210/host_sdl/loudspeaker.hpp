// What a board's speaker plays, on this machine's loudspeaker.
#pragma once
#include <memory>

#include "k210/host/sound.hpp"

namespace k210 {

// Plays in real time what it is given. A guest that runs faster loses what would be heard late; one that runs slower
// leaves silence in between.
class Loudspeaker final : public SoundSink {
public:
    Loudspeaker();  // InputError when there is none
    ~Loudspeaker() override;
    Loudspeaker(const Loudspeaker&) = delete;
    Loudspeaker& operator=(const Loudspeaker&) = delete;

    void play(SimTime begin, double rate_hz, SoundFrame frame) override;
    bool waiting() const;  // some of it has not been heard yet

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
